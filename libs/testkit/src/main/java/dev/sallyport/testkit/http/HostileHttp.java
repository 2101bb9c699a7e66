package dev.sallyport.testkit.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.testkit.Client;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocket;

/**
 * Sends inputs as they are to a running service: lines of a request's head, an empty line, the body. Line ends, the length
 * of the body and {@code Host} are added, since without them nothing behind the framing is reached.
 *
 * <p>A finding is an answer that is none, a fault (500 and more, but for 501 and 505, which say that it is the
 * request's), or a refusal that is no problem document with a code; where people's pages are, it may be a page.
 */
public final class HostileHttp implements Fuzz.Target {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3})[ \r]");
    private static final Pattern BARE_PROBLEM =
            Pattern.compile("\\{\"type\":\"[^\"]*\",\"title\":\"[^\"]*\",\"status\":([0-9]{3}),");
    /** Whoever waits for an answer that comes later is not what is tried here. */
    private static final Pattern WAIT = Pattern.compile("(?i)wait(=|%3d)[^&\\s]*");

    private static final int PATIENCE_MS = 120_000;
    /** In bytes, {@code server.max-http-request-header-size}; a longer one is answered 400, or its connection closed. */
    private static final int LARGEST_HEAD = 16 << 10;

    private final SocketFactory sockets;
    private final int port;
    private final Consumer<Answer> more;

    /**
     * An answer.
     *
     * @param status its status code
     * @param head its status line and headers
     * @param body its body, as Latin-1 characters
     */
    public record Answer(int status, String head, String body) {
        /** Whether the request was refused. */
        public boolean refused() {
            return status >= 400;
        }
    }

    /** A request that was refused as it should be. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private HostileHttp(SocketFactory sockets, int port, Consumer<Answer> more) {
        this.sockets = sockets;
        this.port = port;
        this.more = more;
    }

    /** Requests over plain HTTP to this port of the machine; {@code more} asserts what else must hold of each answer. */
    public static HostileHttp plain(int port, Consumer<Answer> more) {
        return new HostileHttp(SocketFactory.getDefault(), port, more);
    }

    /** Requests over TLS as this client. */
    public static HostileHttp tls(Client client, int port, Consumer<Answer> more) {
        return new HostileHttp(client.tls().getSocketFactory(), port, more);
    }

    /** A request to be used as a sample. */
    public static String request(String method, String path, String headers, String body) {
        return method + " " + path + " HTTP/1.1\n" + headers + (headers.isEmpty() ? "" : "\n") + "\n" + body;
    }

    @Override
    public void read(byte[] input) throws Exception {
        Answer answer = send(input);
        if (answer.status() >= 500 && answer.status() != 501 && answer.status() != 505) {
            throw new AssertionError("answered " + answer);
        }
        if (answer.refused() && !head(input) && !isProblem(answer) && !(page(input) && isPage(answer))) {
            throw new AssertionError("refused without a problem document: " + answer);
        }
        more.accept(answer);
        if (answer.refused()) {
            throw new Refused(code(answer));
        }
    }

    private static boolean head(byte[] input) {
        return new String(input, 0, Math.min(input.length, 5), ISO_8859_1).equals("HEAD ");
    }

    private static boolean page(byte[] input) {
        String line = new String(input, ISO_8859_1).lines().findFirst().orElse("");
        // The address without a path leads to the console as well.
        return line.contains("/console") || line.contains(" / ") || line.contains(" /?");
    }

    private static boolean isPage(Answer answer) {
        return answer.head().contains("text/html") && answer.body().contains("<!DOCTYPE html>");
    }

    private static boolean isProblem(Answer answer) {
        return answer.head().contains("application/problem+json")
                && answer.body().contains("\"code\":\"");
    }

    private static String code(Answer answer) {
        int at = answer.body().indexOf("\"code\":\"");
        return answer.status() + " " + (at < 0 ? "" : answer.body().substring(at));
    }

    /** Sends one request and reads the whole answer. */
    public Answer send(byte[] input) throws IOException, Refused {
        byte[] request = request(input);
        try (Socket socket = sockets.createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MS);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                OutputStream out = socket.getOutputStream();
                out.write(request);
                out.flush();
                if (!(socket instanceof SSLSocket)) {
                    socket.shutdownOutput(); // Over TLS it would end both ways.
                }
            } catch (SocketException e) {
                // The service may answer and close before it has read everything.
            }
            try {
                read(socket.getInputStream(), answer);
            } catch (SocketException e) {
                // After the answer, because not everything was read.
            }
            if (answer.size() == 0 && headBytes(request) > LARGEST_HEAD) {
                throw new Refused("closed: a head longer than is read");
            }
            return parse(answer.toString(ISO_8859_1), request);
        }
    }

    private static int headBytes(byte[] request) {
        return new String(request, ISO_8859_1).indexOf("\r\n\r\n");
    }

    private static void read(InputStream in, ByteArrayOutputStream answer) throws IOException {
        byte[] buffer = new byte[8_192];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            answer.write(buffer, 0, count);
        }
    }

    private static Answer parse(String text, byte[] request) {
        Matcher status = STATUS.matcher(text);
        Matcher bare = BARE_PROBLEM.matcher(text);
        if (bare.lookingAt()) {
            // HTTP/0.9, which a request line without a version is, has no head; it is refused all the same.
            return new Answer(Integer.parseInt(bare.group(1)), "Content-Type: application/problem+json", text);
        }
        if (!status.lookingAt()) {
            throw new AssertionError("no answer to " + new String(request, ISO_8859_1) + ": " + text);
        }
        int split = text.indexOf("\r\n\r\n");
        String head = split < 0 ? text : text.substring(0, split);
        String body = split < 0 ? "" : text.substring(split + 4);
        return new Answer(Integer.parseInt(status.group(1)), head, body);
    }

    private byte[] request(byte[] input) {
        String all = new String(input, ISO_8859_1);
        int split = all.indexOf("\n\n");
        String head = (split < 0 ? all.strip() : all.substring(0, split)).replace("\r\n", "\n");
        byte[] body = split < 0 ? new byte[0] : Arrays.copyOfRange(input, split + 2, input.length);
        StringBuilder request =
                new StringBuilder(WAIT.matcher(head).replaceAll("wait=0").replace("\n", "\r\n"));
        request.append("\r\nHost: localhost:").append(port).append("\r\nConnection: close\r\n");
        if (body.length > 0) {
            request.append("Content-Length: ").append(body.length).append("\r\n");
        }
        byte[] start = request.append("\r\n").toString().getBytes(ISO_8859_1);
        byte[] whole = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        return whole;
    }
}
