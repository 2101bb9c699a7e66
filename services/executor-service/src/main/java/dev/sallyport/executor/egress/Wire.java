package dev.sallyport.executor.egress;

import dev.sallyport.arguments.host.HostName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * The network that this node is in. No setting replaces it: a test does, whose servers are on the machine itself, where
 * nothing may be reached otherwise.
 */
public interface Wire {
    /**
     * The addresses of a host, at least one.
     *
     * @throws IOException if it has none now
     */
    List<InetAddress> addresses(HostName host) throws IOException;

    /** Connects a socket to exactly that address. */
    void connect(Socket socket, InetSocketAddress address, Duration patience) throws IOException;

    /** Whom servers are proven by. */
    SSLContext trust();

    /** The network of this machine, and the authorities of its Java. */
    static Wire ofThisMachine() {
        return new Wire() {
            @Override
            public List<InetAddress> addresses(HostName host) throws IOException {
                // With a dot at its end no search list of the machine makes another name of it (resolv.conf(5)).
                return List.of(InetAddress.getAllByName(host.text() + "."));
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
