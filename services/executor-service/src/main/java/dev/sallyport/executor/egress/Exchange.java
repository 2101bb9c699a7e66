package dev.sallyport.executor.egress;

import dev.sallyport.arguments.host.HostRule;
import dev.sallyport.arguments.host.WebAddress;
import dev.sallyport.executor.egress.EgressRefusedException.Reason;
import dev.sallyport.executor.egress.http.MalformedMessageException;
import dev.sallyport.executor.egress.http.MessageBody;
import dev.sallyport.executor.egress.http.MessageHead;
import dev.sallyport.executor.egress.http.MessageHead.Field;
import dev.sallyport.executor.egress.http.RequestLine;
import dev.sallyport.executor.egress.http.StatusLine;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.executor.secret.RedactingInput;
import dev.sallyport.executor.secret.SecretUnusableException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on a connection of their own. The message that goes out is written anew from what was
 * read, so whatever a server makes of it, it is one request, to the host that was looked at. What comes back has lost the
 * call's secrets.
 */
final class Exchange implements Closeable {
    private static final int MOST_INTERIM = 8;

    /** The status of an answer that has a range of what was asked for. */
    private static final int PARTIAL = 206;

    /** Colon, space, and the end of the line. */
    private static final int FIELD_SEPARATORS = 4;

    private final HostAccess access;
    private final CallSecrets secrets;
    private final WebAddress address;
    private final Socket socket;

    private Exchange(HostAccess access, CallSecrets secrets, WebAddress address, Socket socket) {
        this.access = access;
        this.secrets = secrets;
        this.address = address;
        this.socket = socket;
    }

    /** Connects to where the address leads. */
    static Exchange to(WebAddress address, HostAccess access, CallSecrets secrets) throws EgressRefusedException {
        return to(address, access, secrets, _ -> {});
    }

    /**
     * Connects to where the address leads.
     *
     * @param connected is given the connection without its TLS, for other threads to close: TLS would first say goodbye to a
     *     server that may not read
     */
    static Exchange to(WebAddress address, HostAccess access, CallSecrets secrets, Consumer<Closeable> connected)
            throws EgressRefusedException {
        Socket plain = access.connect(address.host(), address.port());
        connected.accept(plain);
        Socket socket = address.tls() ? access.secured(plain, address.host(), address.port()) : plain;
        return new Exchange(access, secrets, address, socket);
    }

    /**
     * A response as far as it has come.
     *
     * @param fields without those about the connection
     * @param body up to its end
     */
    record Response(StatusLine status, List<Field> fields, InputStream body) {}

    /**
     * A request.
     *
     * @param fields without Host and those about the connection
     * @param length of the body in bytes, -1 for one of unknown length
     */
    record Request(String method, List<Field> fields, InputStream body, long length) {}

    /** Sends the request and answers the head of its response. */
    Response send(Request request) throws IOException {
        try {
            checkLength(request);
            Set<String> used = new TreeSet<>();
            List<Field> fields = new ArrayList<>();
            fields.add(new Field("Host", address.authority()));
            for (Field field : request.fields()) {
                if (field.is("host") || field.is("accept-encoding") || field.is("expect")) {
                    continue;
                }
                Field filled = filled(field);
                if (!filled.equals(field)) {
                    used.addAll(secrets.placed(field.value()));
                }
                fields.add(filled);
            }
            if (CallSecrets.hasPlace(address.target().replaceAll("(?i)%7b", "{").replaceAll("(?i)%7d", "}"))) {
                throw elsewhere("A secret has no place in the address of a request: write it into a field.");
            }
            if (!used.isEmpty()) {
                access.use(List.copyOf(used), rule());
            }
            // What is compressed nobody can search for an echo.
            fields.add(new Field("Accept-Encoding", "identity"));
            fields.add(new Field("Connection", "close"));
            if (request.length() < 0) {
                fields.add(new Field("Transfer-Encoding", "chunked"));
            } else if (request.length() > 0 || !request.method().matches("GET|HEAD|OPTIONS|TRACE|DELETE")) {
                fields.add(new Field("Content-Length", Long.toString(request.length())));
            }
            MessageHead head = new MessageHead(new RequestLine(request.method(), address.target()).toString(), fields);
            OutputStream out = socket.getOutputStream();
            out.write(head.bytes());
            body(request, out);
            return response(request.method(), !used.isEmpty());
        } catch (MalformedMessageException e) {
            throw access.refusal(rule().toString(), Reason.MALFORMED_MESSAGE, String.valueOf(e.getMessage()));
        }
    }

    /** Before any place is filled: a few thousand of them make a message that no memory holds. */
    private void checkLength(Request request) throws MalformedMessageException {
        long length = address.target().length();
        for (Field field : request.fields()) {
            length += field.name().length() + secrets.filledLength(rule(), field.value()) + FIELD_SEPARATORS;
        }
        if (length > MessageHead.MOST_BYTES) {
            throw new MalformedMessageException("The head of the request is longer than " + MessageHead.MOST_BYTES
                    + " bytes, with the secrets in their places.");
        }
    }

    private HostRule rule() {
        return address.rule();
    }

    private Field filled(Field field) throws EgressRefusedException {
        if (!CallSecrets.fieldHasPlace(field.value())) {
            return field;
        }
        if (!address.tls()) {
            throw elsewhere("A secret is added to requests by https only.");
        }
        try {
            return new Field(field.name(), secrets.filled(rule(), address.target(), field.value()));
        } catch (SecretUnusableException e) {
            throw elsewhere(e.detail());
        }
    }

    private EgressRefusedException elsewhere(String detail) {
        return access.refusal(rule().toString(), Reason.SECRET_ELSEWHERE, detail);
    }

    private static void body(Request request, OutputStream out) throws IOException {
        byte[] buffer = new byte[16 << 10];
        boolean chunked = request.length() < 0;
        for (int count = request.body().read(buffer, 0, buffer.length);
                count >= 0;
                count = request.body().read(buffer, 0, buffer.length)) {
            if (chunked && count > 0) {
                out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            out.write(buffer, 0, count);
            if (chunked && count > 0) {
                out.write(new byte[] {'\r', '\n'});
            }
        }
        if (chunked) {
            out.write(new byte[] {'0', '\r', '\n', '\r', '\n'});
        }
        out.flush();
    }

    private Response response(String method, boolean withSecret) throws IOException {
        InputStream in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
        for (int each = 0; each <= MOST_INTERIM; each++) {
            MessageHead head = MessageHead.read(in);
            if (head == null) {
                throw access.refusal(rule().toString(), Reason.NOT_REACHED, "The host " + rule() + " broke off.");
            }
            StatusLine status = StatusLine.parse(head.first());
            if (status.status() == 101) {
                throw new MalformedMessageException(
                        "The server changes to another protocol, which is not let through.");
            }
            if (!status.interim()) {
                MessageBody body = MessageBody.ofResponse(head, status.status(), method);
                String coding = head.value("content-encoding");
                if (withSecret && coding != null && !coding.equalsIgnoreCase("identity")) {
                    throw access.refusal(
                            rule().toString(),
                            Reason.ANSWER_ENCODED,
                            "The host " + rule() + " was sent a secret and answers compressed, though it was asked not"
                                    + " to: nobody could see whether it repeats the secret.");
                }
                if (withSecret && status.status() == PARTIAL) {
                    throw access.refusal(
                            rule().toString(),
                            Reason.ANSWER_PARTIAL,
                            "The host " + rule()
                                    + " was sent a secret and answers with a part of what it has: in pieces"
                                    + " nobody could see whether it repeats the secret. Do not ask for ranges with a"
                                    + " secret.");
                }
                return new Response(
                        new StatusLine(status.status(), secrets.redaction().of(status.reason())),
                        head.lasting()
                                .filter(field ->
                                        secrets.redaction().of(field.name()).equals(field.name()))
                                .map(this::redacted)
                                .toList(),
                        new RedactingInput(body.read(in), secrets.redaction()));
            }
        }
        throw new MalformedMessageException("The server sends one interim response after the other.");
    }

    private Field redacted(Field field) {
        if (secrets.redaction().isNothing()) {
            return field;
        }
        byte[] value = field.value().getBytes(StandardCharsets.ISO_8859_1);
        return new Field(field.name(), new String(secrets.redaction().of(value), StandardCharsets.ISO_8859_1));
    }

    /** Ends it in good order, for its own thread: this waits as long as the server does not read. */
    @Override
    public void close() {
        HostAccess.closeQuietly(socket);
    }

    static @Nullable String first(List<Field> fields, String name) {
        return fields.stream()
                .filter(field -> field.is(name))
                .map(Field::value)
                .findFirst()
                .orElse(null);
    }
}
