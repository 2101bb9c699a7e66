package dev.sallyport.executor.egress;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A server on the loopback that notes what it is sent, and answers each request with bytes that a test has made. */
public final class TestServer implements AutoCloseable {
    private final ServerSocket server;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> left = new CopyOnWriteArrayList<>();
    private final Function<String, String> answers;

    /**
     * Serves one request of each connection.
     *
     * @param tls null for plain HTTP
     * @param answers a response's bytes, in ISO-8859-1, to a request's
     */
    public TestServer(@Nullable SSLContext tls, Function<String, String> answers) throws IOException {
        this.answers = answers;
        this.server =
                tls == null ? new ServerSocket() : tls.getServerSocketFactory().createServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofVirtual().start(this::accept);
    }

    /** The response of that status with that body. */
    public static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** How many have connected. */
    public int connections() {
        return connections.get();
    }

    /** What came, head and body of each request. */
    public List<String> requests() {
        return requests;
    }

    /** What came after a request on its connection: another server would take it for a second one. */
    public List<String> left() {
        return left;
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String head = head(in);
            if (head.isEmpty()) {
                return;
            }
            String request = head + body(head, in);
            requests.add(request);
            socket.getOutputStream().write(answers.apply(request).getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            // Until the other side has read it: a close with unread bytes would take back what was sent.
            String more = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            if (!more.isEmpty()) {
                left.add(more);
            }
        } catch (IOException _) {
            // A test breaks off.
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int each = in.read(); each >= 0; each = in.read()) {
            head.write(each);
            if (head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                return head.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static String body(String head, InputStream in) throws IOException {
        for (String line : head.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                int length =
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
                return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
            }
            if (line.equalsIgnoreCase("transfer-encoding: chunked")) {
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                while (!body.toString(StandardCharsets.ISO_8859_1).endsWith("0\r\n\r\n")) {
                    int each = in.read();
                    if (each < 0) {
                        break;
                    }
                    body.write(each);
                }
                return body.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return "";
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
