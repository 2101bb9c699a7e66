package dev.sallyport.executor.egress;

import dev.sallyport.executor.egress.EgressRefusedException.Reason;
import dev.sallyport.executor.secret.CallSecrets;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy of one call: it listens at a socket in a folder, which is seen in that call's sandbox and nowhere else. Who
 * speaks to it is known by that, and needs no token. It lives from before the call's program to the call's end.
 */
final class EgressProxy implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EgressProxy.class);

    /** More at once than a call may have connections to hosts: what is refused takes a place too, for a moment. */
    private static final int MOST_CLIENTS = 64;

    /** Clients all together for each connection to a host: most of them are refused before they get that far. */
    private static final long CLIENTS_PER_CONNECTION = 4;

    private final HostAccess access;
    private final CallSecrets secrets;
    private final @Nullable CallAuthority authority;
    private final EgressTerms terms;
    private final Path socket;
    private final ServerSocketChannel server;
    private final Map<ProxyConnection, Boolean> clients = new ConcurrentHashMap<>();
    private final Thread acceptor;
    private final Thread watch;

    /**
     * Listens from then on.
     *
     * @param authority as whom it ends TLS for hosts that a secret is for, null where there is no such secret
     * @param socket a path that nothing lies at
     */
    EgressProxy(
            HostAccess access, CallSecrets secrets, @Nullable CallAuthority authority, EgressTerms terms, Path socket)
            throws IOException {
        this.access = access;
        this.secrets = secrets;
        this.authority = authority;
        this.terms = terms;
        this.socket = socket;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket), MOST_CLIENTS);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        this.acceptor = Thread.ofVirtual().name("egress-proxy").start(this::accept);
        this.watch = Thread.ofVirtual().name("egress-watch").start(this::watch);
    }

    /** What the call reached. */
    HostAccess access() {
        return access;
    }

    private void accept() {
        for (int accepted = 1; server.isOpen(); accepted++) {
            try {
                SocketChannel client = server.accept();
                if (accepted > CLIENTS_PER_CONNECTION * terms.connections()) {
                    // From here on the kernel refuses them: a tool must not keep the node busy with what comes to
                    // nothing.
                    access.refusal("a connection", Reason.TOO_MANY_CONNECTIONS, "The call has too many connections.");
                    client.close();
                    server.close();
                    return;
                }
                if (clients.size() >= MOST_CLIENTS) {
                    client.close();
                    continue;
                }
                ProxyConnection connection = new ProxyConnection(client, access, secrets, authority);
                clients.put(connection, true);
                Thread.ofVirtual().name("egress-connection").start(() -> serve(connection));
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException e) {
                // Out of descriptors, for example: the call has no way out then, and nothing else happens.
                log.warn("the proxy of a call takes no more connections: {}", e.getMessage());
                return;
            }
        }
    }

    private void serve(ProxyConnection connection) {
        try {
            connection.serve();
        } catch (RuntimeException e) {
            log.error("a connection of a call could not be served", e);
        } finally {
            connection.close();
            clients.remove(connection);
        }
    }

    /** Ends what is silent for too long: a head that never comes to its end, a tunnel that nobody uses. */
    private void watch() {
        long every = Math.clamp(terms.patience().toMillis() / 4, 50, 1_000);
        try {
            while (true) {
                Thread.sleep(every);
                clients.keySet().stream()
                        .filter(connection -> connection.silentFor().compareTo(terms.patience()) > 0)
                        .forEach(ProxyConnection::close);
            }
        } catch (InterruptedException _) {
            // The end of the call.
        }
    }

    /** Ends all connections, and the socket is gone. */
    @Override
    public void close() {
        HostAccess.closeQuietly(server);
        acceptor.interrupt();
        watch.interrupt();
        access.close();
        clients.keySet().forEach(ProxyConnection::close);
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            log.warn("the socket of a call stays: {}", e.getMessage());
        }
    }
}
