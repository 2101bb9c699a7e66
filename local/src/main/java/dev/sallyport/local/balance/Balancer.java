package dev.sallyport.local.balance;

import dev.sallyport.local.home.HomeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One TCP port in front of several on 127.0.0.1: each connection goes to the next replica that is ready and takes it,
 * and is passed on untouched, so that TLS ends in the replica. It looks into nothing and keeps nothing.
 */
public final class Balancer implements AutoCloseable {
    private static final int BACKLOG = 256;
    private static final int CONNECT_MILLIS = 2_000;

    private final ServerSocket socket;
    private final List<Integer> replicas;
    private final Set<Integer> ready = ConcurrentHashMap.newKeySet();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger turn = new AtomicInteger();

    private Balancer(ServerSocket socket, List<Integer> replicas) {
        this.socket = socket;
        this.replicas = List.copyOf(replicas);
    }

    /**
     * Listens until it is closed.
     *
     * @param port on 127.0.0.1; 0 for any free one
     * @param replicas the ports behind it
     * @throws HomeException when the port is taken
     */
    public static Balancer start(int port, List<Integer> replicas) {
        try {
            // Lives as long as the balancer.
            var socket = new ServerSocket();
            socket.setReuseAddress(true);
            try {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            } catch (IOException e) {
                socket.close();
                throw e;
            }
            var balancer = new Balancer(socket, replicas);
            Thread.ofVirtual().name("balancer-" + socket.getLocalPort()).start(balancer::accept);
            return balancer;
        } catch (IOException e) {
            throw new HomeException("Port " + port + " cannot be listened on: " + e, e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return socket.getLocalPort();
    }

    /** Marks a replica as ready: ready replicas take the new connections. */
    public void ready(int replica) {
        ready.add(replica);
    }

    /** Marks a replica as not ready: it takes new connections only while none is ready. Open connections stay. */
    public void notReady(int replica) {
        ready.remove(replica);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                connections.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                // The balancer was closed, or the client went away before its turn.
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket replica = connect()) {
            connections.add(replica);
            client.setTcpNoDelay(true);
            replica.setTcpNoDelay(true);
            Thread back = Thread.ofVirtual().start(() -> pass(replica, client));
            pass(client, replica);
            back.join();
            connections.remove(replica);
        } catch (IOException e) {
            // No replica accepted it: the client sees a closed connection, as with a replica that died.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(client);
        }
    }

    private Socket connect() throws IOException {
        IOException last = new IOException("no replica");
        for (int port : inTurn()) {
            var replica = new Socket();
            try {
                replica.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
                return replica;
            } catch (IOException e) {
                replica.close();
                last = e;
            }
        }
        throw last;
    }

    /**
     * The ready replicas first, beginning with another one each time; then the others, since all may still be starting.
     */
    private List<Integer> inTurn() {
        int first = Math.floorMod(turn.getAndIncrement(), replicas.size());
        var order = new ArrayList<Integer>();
        var rest = new ArrayList<Integer>();
        for (int i = 0; i < replicas.size(); i++) {
            int replica = replicas.get((first + i) % replicas.size());
            (ready.contains(replica) ? order : rest).add(replica);
        }
        order.addAll(rest);
        return order;
    }

    /**
     * Copies until one side stops sending, and then closes the other side for writing. A broken side breaks the other.
     */
    private static void pass(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // The connection is closed already.
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new HomeException("A balancer cannot be closed: " + e, e);
        }
        connections.forEach(Balancer::close);
    }
}
