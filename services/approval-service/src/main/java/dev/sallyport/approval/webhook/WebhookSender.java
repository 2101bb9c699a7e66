package dev.sallyport.approval.webhook;

import dev.sallyport.arguments.host.WebAddress;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Sends one message in one attempt: a POST over HTTP/1.1 to an address that was looked up once. Nothing of the answer counts
 * but its status, redirects are not followed, and time and bytes are bounded whatever the receiver does.
 */
final class WebhookSender {
    /** Of the answer; a status line stands at its beginning. */
    private static final int MOST_READ = 16 << 10;

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})(?: [^\\r]*)?");

    private final Destinations destinations;
    private final OutsideNetwork network;
    private final Duration patience;
    private final Clock clock;

    WebhookSender(Destinations destinations, OutsideNetwork network, Duration patience, Clock clock) {
        this.destinations = destinations;
        this.network = network;
        this.patience = patience;
        this.clock = clock;
    }

    DeliveryResult send(WebAddress address, WebhookSecret secret, String messageId, String body) {
        try {
            List<InetAddress> addresses = destinations.look(address);
            return exchange(address, addresses, request(address, secret, messageId, body));
        } catch (WebhookRefusedException e) {
            return DeliveryResult.of(e.code());
        }
    }

    private byte[] request(WebAddress address, WebhookSecret secret, String messageId, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        Instant now = clock.instant();
        String head = "POST " + address.target() + " HTTP/1.1\r\n"
                + "Host: " + address.authority() + "\r\n"
                + "User-Agent: Sallyport-Webhooks\r\n"
                + "Content-Type: application/json\r\n"
                + "Content-Length: " + content.length + "\r\n"
                + "Connection: close\r\n"
                + "webhook-id: " + messageId + "\r\n"
                + "webhook-timestamp: " + now.getEpochSecond() + "\r\n"
                + "webhook-signature: " + secret.sign(messageId, now, body) + "\r\n\r\n";
        byte[] first = head.getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[first.length + content.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(content, 0, all, first.length, content.length);
        return all;
    }

    private DeliveryResult exchange(WebAddress address, List<InetAddress> addresses, byte[] request) {
        // Only the plain connection is closed from outside: closing a TLS one waits for whoever writes.
        Socket plain = new Socket();
        Thread end = Thread.ofVirtual().name("webhook-deadline").start(() -> {
            try {
                Thread.sleep(patience);
                closeQuietly(plain);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            network.connect(plain, new InetSocketAddress(addresses.getFirst(), address.port()), patience);
            Socket socket = address.tls() ? secured(plain, address) : plain;
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            return read(socket.getInputStream());
        } catch (SSLHandshakeException e) {
            return DeliveryResult.of(
                    e.getCause() instanceof CertificateException
                            ? DeliveryCode.SERVER_NOT_PROVEN
                            : DeliveryCode.NOT_REACHED);
        } catch (IOException _) {
            return DeliveryResult.of(DeliveryCode.NOT_REACHED);
        } finally {
            end.interrupt();
            closeQuietly(plain);
        }
    }

    private SSLSocket secured(Socket plain, WebAddress address) throws IOException {
        SSLSocket secured = (SSLSocket) network.trust()
                .getSocketFactory()
                .createSocket(plain, address.host().text(), address.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setServerNames(List.of(new SNIHostName(address.host().text())));
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    /** The answer's status; interim answers (RFC 9110, 15.2) are passed over. */
    private static DeliveryResult read(InputStream answer) throws IOException {
        StringBuilder line = new StringBuilder();
        int status = 0;
        for (int count = 0; count < MOST_READ; count++) {
            int next = answer.read();
            if (next < 0) {
                break;
            }
            if (next != '\n') {
                line.append((char) next);
                continue;
            }
            String text = line.toString().stripTrailing();
            line.setLength(0);
            if (status == 0) {
                Matcher matcher = STATUS.matcher(text);
                if (!matcher.matches()) {
                    return DeliveryResult.of(DeliveryCode.ANSWER_UNREADABLE);
                }
                status = Integer.parseInt(matcher.group(1));
                if (status >= 200) {
                    return new DeliveryResult(code(status), status);
                }
            } else if (text.isEmpty()) {
                status = 0;
            }
        }
        return DeliveryResult.of(DeliveryCode.ANSWER_UNREADABLE);
    }

    private static DeliveryCode code(int status) {
        return switch (status / 100) {
            case 2 -> DeliveryCode.DELIVERED;
            case 3 -> DeliveryCode.REDIRECTED;
            default -> DeliveryCode.REFUSED;
        };
    }

    private static void closeQuietly(Closeable each) {
        try {
            each.close();
        } catch (IOException _) {
            // It is to be gone, and is.
        }
    }
}
