package dev.sallyport.executor.egress;

import dev.sallyport.arguments.host.HostRefusedException;
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
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a tool to its proxy: one tunnel, or one request. Of a tunnel nothing is read but whom its TLS is for;
 * where a secret is added, the tunnel's TLS ends here, and one request goes through it.
 */
final class ProxyConnection implements Closeable {
    /** Bytes of an upload that must come while a connection may be silent. */
    private static final int LEAST_PROGRESS = 1 << 10;

    private static final String REFUSED = "X-Sallyport-Refused";

    private final SocketChannel client;
    private final HostAccess access;
    private final CallSecrets secrets;
    private final @Nullable CallAuthority authority;
    private final Set<Closeable> others = ConcurrentHashMap.newKeySet();
    private volatile long lastNanos = System.nanoTime();
    private volatile boolean closed;

    ProxyConnection(SocketChannel client, HostAccess access, CallSecrets secrets, @Nullable CallAuthority authority) {
        this.client = client;
        this.access = access;
        this.secrets = secrets;
        this.authority = authority;
    }

    /** How long nothing has gone through; what is read of a head does not count. */
    Duration silentFor() {
        return Duration.ofNanos(System.nanoTime() - lastNanos);
    }

    /** Serves it to its end. */
    void serve() {
        ChannelSocket socket = new ChannelSocket(client);
        OutputStream out = socket.getOutputStream();
        InputStream in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
        try {
            MessageHead head = MessageHead.read(in);
            if (head == null) {
                return;
            }
            RequestLine line = RequestLine.parse(head.first());
            if (line.method().equals("CONNECT")) {
                connect(line.target(), head, in, out);
            } else {
                WebAddress address = absolute(line.target(), head);
                exchange(address, line, head, in, out);
            }
        } catch (MalformedMessageException e) {
            answer(out, access.refusal("a request", Reason.MALFORMED_MESSAGE, String.valueOf(e.getMessage())));
        } catch (HostRefusedException e) {
            answer(out, access.refusal("a request", Reason.HOST_MALFORMED, e.detail()));
        } catch (EgressRefusedException e) {
            answer(out, e);
        } catch (IOException _) {
            // One of both is gone: that is the end of the connection.
        }
    }

    private WebAddress absolute(String target, MessageHead head) throws HostRefusedException, IOException {
        withoutPlace("a request", target);
        WebAddress address = WebAddress.parse(target);
        if (address.tls()) {
            throw new MalformedMessageException("What is asked for by https goes through CONNECT.");
        }
        sameHost(address, head);
        return address;
    }

    /** Told before the address is read, which such a text need not be. */
    private void withoutPlace(String what, String target) throws EgressRefusedException {
        if (CallSecrets.hasPlace(target)) {
            throw access.refusal(
                    what,
                    Reason.SECRET_ELSEWHERE,
                    "A secret has no place in the address of a request: write it into a field.");
        }
    }

    /** Servers choose by the one, this proxy by the other. */
    private static void sameHost(WebAddress address, MessageHead head) throws MalformedMessageException {
        String host = head.value("host");
        if (host != null && !host.equalsIgnoreCase(address.authority()) && !host.equalsIgnoreCase(withPort(address))) {
            throw new MalformedMessageException(
                    "The request is for one host by its address and for another by its field" + " Host.");
        }
    }

    private static String withPort(WebAddress address) {
        return address.host().text() + ":" + address.port();
    }

    private void connect(String target, MessageHead head, InputStream in, OutputStream out)
            throws IOException, HostRefusedException {
        int colon = target.indexOf(':');
        if (colon < 0) {
            throw new MalformedMessageException("CONNECT needs a host and its port.");
        }
        HostRule rule = HostRule.parse(target);
        if (rule.below()) {
            throw new HostRefusedException("CONNECT needs one host.");
        }
        if (!head.values("transfer-encoding").isEmpty()
                || !head.values("content-length").isEmpty()) {
            throw new MalformedMessageException("CONNECT has no body.");
        }
        if (authority != null && secrets.areAddedFor(rule)) {
            opened(rule, authority, in, out);
            return;
        }
        try (Socket server = access.connect(rule.name(), rule.port())) {
            keep(server);
            established(out);
            ClientHello hello = hello(rule, in);
            OutputStream up = server.getOutputStream();
            up.write(hello.bytes());
            up.flush();
            Thread down = Thread.ofVirtual().name("egress-tunnel").start(() -> pass(server, out));
            pump(in, up);
            server.shutdownOutput();
            down.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void established(OutputStream out) throws IOException {
        out.write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** Whoever got a tunnel to one host does not talk through it to another that lives at the same address. */
    private ClientHello hello(HostRule rule, InputStream in) throws IOException {
        try {
            ClientHello hello = ClientHello.read(in);
            if (!hello.name().equals(rule.name())) {
                throw access.refusal(
                        rule.toString(),
                        Reason.OTHER_SERVER_NAME,
                        "The connection was asked for to one host, and its TLS is for another.");
            }
            return hello;
        } catch (MalformedMessageException e) {
            access.refusal(rule.toString(), Reason.OTHER_SERVER_NAME, String.valueOf(e.getMessage()));
            // The tunnel stands already: there is nobody who would read an answer.
            throw new IOException(e);
        }
    }

    /** The tunnel's TLS ends here; the server's own is another, and is proven as always. */
    private void opened(HostRule rule, CallAuthority as, InputStream in, OutputStream out) throws IOException {
        established(out);
        ClientHello hello = hello(rule, in);
        SSLSocketFactory factory = as.as(rule.name()).getSocketFactory();
        InputStream again = new SequenceInputStream(new ByteArrayInputStream(hello.bytes()), in);
        try (SSLSocket secured = (SSLSocket) factory.createSocket(new ChannelSocket(client, again), null, true)) {
            secured.setUseClientMode(false);
            secured.startHandshake();
            InputStream inside = new BufferedInputStream(secured.getInputStream(), 16 << 10);
            OutputStream outside = secured.getOutputStream();
            try {
                MessageHead head = MessageHead.read(inside);
                if (head == null) {
                    return;
                }
                RequestLine line = RequestLine.parse(head.first());
                if (!line.target().startsWith("/")) {
                    throw new MalformedMessageException("A request within a tunnel names a path.");
                }
                withoutPlace(rule.toString(), line.target());
                WebAddress address = WebAddress.parse("https://" + rule.name() + ":" + rule.port() + line.target());
                sameHost(address, head);
                exchange(address, line, head, inside, outside);
            } catch (MalformedMessageException e) {
                answer(
                        outside,
                        access.refusal(rule.toString(), Reason.MALFORMED_MESSAGE, String.valueOf(e.getMessage())));
            } catch (HostRefusedException e) {
                answer(outside, access.refusal(rule.toString(), Reason.HOST_MALFORMED, e.detail()));
            } catch (EgressRefusedException e) {
                answer(outside, e);
            }
        }
    }

    private void exchange(WebAddress address, RequestLine line, MessageHead head, InputStream in, OutputStream out)
            throws IOException {
        MessageBody body = MessageBody.ofRequest(head);
        try (Exchange exchange = Exchange.to(address, access, secrets, this::keep)) {
            if (address.tls()) {
                access.opened(address.rule());
            }
            if (head.values("expect").stream().anyMatch(value -> value.equalsIgnoreCase("100-continue"))) {
                out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
            }
            Exchange.Response response = exchange.send(new Exchange.Request(
                    line.method(),
                    head.lasting().toList(),
                    noticed(body.read(in)),
                    body.framing() == MessageBody.Framing.CHUNKED ? -1 : body.length()));
            respond(response, line, head.first().endsWith("1.0"), out);
        }
    }

    /** A long upload is no silence. One that only drips is: nothing but an attack sends so little for so long. */
    private InputStream noticed(InputStream from) {
        return new FilterInputStream(from) {
            private int since;

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = super.read(into, offset, length);
                since += Math.max(0, count);
                if (since >= LEAST_PROGRESS || count < 0) {
                    since = 0;
                    lastNanos = System.nanoTime();
                }
                return count;
            }
        };
    }

    /** In chunks, whose end says that it is the end: what breaks off is not taken for the whole. */
    private void respond(Exchange.Response response, RequestLine line, boolean old, OutputStream out)
            throws IOException {
        int status = response.status().status();
        boolean without = line.method().equals("HEAD") || status == 204 || status == 304;
        boolean chunked = !without && !old;
        List<Field> fields = new ArrayList<>(response.fields());
        fields.add(new Field("Connection", "close"));
        if (chunked) {
            fields.add(new Field("Transfer-Encoding", "chunked"));
        }
        out.write(new MessageHead(response.status().toString(), fields).bytes());
        out.flush();
        byte[] buffer = new byte[16 << 10];
        InputStream body = response.body();
        for (int count = body.read(buffer, 0, buffer.length); count >= 0; count = body.read(buffer, 0, buffer.length)) {
            lastNanos = System.nanoTime();
            if (count > 0 && chunked) {
                out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            out.write(buffer, 0, count);
            if (count > 0 && chunked) {
                out.write(new byte[] {'\r', '\n'});
            }
            out.flush();
        }
        if (chunked) {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.flush();
    }

    private void pass(Socket server, OutputStream out) {
        try {
            pump(server.getInputStream(), out);
            client.shutdownOutput();
        } catch (IOException _) {
            close();
        }
    }

    private void pump(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[16 << 10];
        for (int count = from.read(buffer, 0, buffer.length); count >= 0; count = from.read(buffer, 0, buffer.length)) {
            lastNanos = System.nanoTime();
            to.write(buffer, 0, count);
            to.flush();
        }
    }

    private static void answer(OutputStream out, EgressRefusedException refusal) {
        int status = switch (refusal.reason()) {
            case MALFORMED_MESSAGE, HOST_MALFORMED -> 400;
            case NOT_REACHED, NAME_NOT_RESOLVED, SERVER_NOT_PROVEN, ANSWER_ENCODED, ANSWER_PARTIAL -> 502;
            case RATE_EXCEEDED -> 429;
            case HOST_NOT_PERMITTED,
                    ADDRESS_REFUSED,
                    OTHER_SERVER_NAME,
                    TOO_MANY_NAMES,
                    TOO_MANY_CONNECTIONS,
                    BYTES_EXCEEDED,
                    SECRET_ELSEWHERE -> 403;
        };
        byte[] text =
                ("sallyport: " + refusal.reason() + ": " + refusal.detail() + "\n").getBytes(StandardCharsets.UTF_8);
        MessageHead head = new MessageHead(
                new StatusLine(status, "Refused").toString(),
                List.of(
                        new Field(REFUSED, refusal.reason().name()),
                        new Field("Content-Type", "text/plain; charset=utf-8"),
                        new Field("Content-Length", Integer.toString(text.length)),
                        new Field("Connection", "close")));
        try {
            out.write(head.bytes());
            out.write(text);
            out.flush();
        } catch (IOException _) {
            // Nobody waits for it.
        }
    }

    /** For the end from outside; nothing that waits for anybody when it is closed. */
    private void keep(Closeable other) {
        others.add(other);
        if (closed) {
            HostAccess.closeQuietly(other);
        }
    }

    @Override
    public void close() {
        closed = true;
        HostAccess.closeQuietly(client);
        others.forEach(HostAccess::closeQuietly);
    }
}
