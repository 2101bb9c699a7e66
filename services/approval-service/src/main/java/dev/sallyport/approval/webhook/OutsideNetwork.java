package dev.sallyport.approval.webhook;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * The network that this service is in. No setting replaces it: a test does, whose servers are on the machine itself, where
 * nothing is sent to otherwise.
 */
interface OutsideNetwork {
    /**
     * The addresses of a host, at least one.
     *
     * @param host its name; with a dot at its end no search list of the machine makes another name of it (resolv.conf(5))
     * @throws IOException if it has none now
     */
    List<InetAddress> addresses(String host) throws IOException;

    /** Connects a socket to exactly that address. */
    void connect(Socket socket, InetSocketAddress address, Duration patience) throws IOException;

    /** Whom servers are proven by. */
    SSLContext trust();

    /** The network of this machine, and the authorities of its Java. */
    static OutsideNetwork ofThisMachine() {
        return new OutsideNetwork() {
            @Override
            public List<InetAddress> addresses(String host) throws IOException {
                return List.of(InetAddress.getAllByName(host));
            }

            @Override
            public void connect(Socket socket, InetSocketAddress address, Duration patience) throws IOException {
                socket.connect(address, (int) patience.toMillis());
            }

            @Override
            public SSLContext trust() {
                try {
                    return SSLContext.getDefault();
                } catch (NoSuchAlgorithmException e) {
                    throw new IllegalStateException("this Java has no TLS", e);
                }
            }
        };
    }
}
