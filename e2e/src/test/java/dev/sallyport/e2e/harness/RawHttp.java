package dev.sallyport.e2e.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** HTTP as no client library would speak it: the bytes of requests as they stand, and all that comes back. */
public final class RawHttp {
    /** A second answer begins right behind the first one's body, in the middle of a line. */
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3}) [^\r\n]*\r\n");

    private static final int PATIENCE_MS = 60_000;

    private final String host;
    private final int port;
    private final @Nullable SSLContext tls;

    private RawHttp(URI url, @Nullable SSLContext tls) {
        this.host = url.getHost();
        this.port = url.getPort();
        this.tls = tls;
    }

    /** A public connector. */
    public static RawHttp open(String url) {
        return new RawHttp(URI.create(url), null);
    }

    /** An internal connector, with these certificates. */
    public static RawHttp internal(String url, Mtls client) {
        return new RawHttp(URI.create(url), client.context());
    }

    /**
     * What came back.
     *
     * @param statuses of every answer on the connection, in order
     * @param text all of it
     */
    public record Exchange(List<Integer> statuses, String text) {}

    /** One request that asks for the connection to be closed after it. */
    public Exchange request(String line, String... headers) throws IOException {
        StringBuilder request = new StringBuilder(line).append(" HTTP/1.1\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return bytes(
                request.append("Host: localhost\r\nConnection: close\r\n\r\n").toString());
    }

    /** These bytes; what comes back until the server closes. */
    public Exchange bytes(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            if (tls == null) {
                // Whoever waits for more of a request learns that there is none. Over TLS it would end both ways.
                socket.shutdownOutput();
            }
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(all);
            } catch (SocketException _) {
                // A server that has said what it had to may reset the connection with bytes of ours unread.
            }
            String text = all.toString(StandardCharsets.ISO_8859_1);
            List<Integer> statuses = new ArrayList<>();
            Matcher matcher = STATUS.matcher(text);
            while (matcher.find()) {
                statuses.add(Integer.valueOf(matcher.group(1)));
            }
            return new Exchange(statuses, text);
        }
    }

    private Socket connect() throws IOException {
        return tls == null ? new Socket(host, port) : tls.getSocketFactory().createSocket(host, port);
    }
}
