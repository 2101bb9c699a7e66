package dev.sallyport.local.home;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A listening socket by which a running fleet has its whole set of ports for itself: binding it is what decides between
 * two fleets, in one step, before either listens on anything else. Whoever connects is told whose it is.
 */
final class MarkerPort implements AutoCloseable {
    private static final String GREETING = "sallyport fleet ";
    private static final int ANSWER_MILLIS = 2_000;
    private static final int LONGEST = 4_096;

    private final ServerSocket socket;
    private final Thread answering;

    private MarkerPort(ServerSocket socket, Path home) {
        this.socket = socket;
        this.answering = Thread.ofVirtual().name("marker-port").start(() -> answer(GREETING + home + "\n"));
    }

    /** Binds the port on 127.0.0.1 until it is closed or the JVM ends; empty when somebody else has it. */
    static Optional<MarkerPort> reserve(int port, Path home) {
        try {
            // Closed on failure, held otherwise.
            var socket = new ServerSocket();
            try {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException _) {
                socket.close();
                return Optional.empty();
            }
            return Optional.of(new MarkerPort(socket, home));
        } catch (IOException e) {
            throw new HomeException("No socket can be made: " + e, e);
        }
    }

    private void answer(String line) {
        while (!socket.isClosed()) {
            try (Socket caller = socket.accept()) {
                caller.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // The caller went away, or the marker was closed.
            }
        }
    }

    /** Who has the port: {@code the fleet in FOLDER} or {@code another program}. */
    static String holder(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            String line = new String(socket.getInputStream().readNBytes(LONGEST), StandardCharsets.UTF_8).strip();
            if (line.startsWith(GREETING)) {
                return "the fleet in " + line.substring(GREETING.length());
            }
        } catch (IOException e) {
            // It does not speak like a fleet.
        }
        return "another program";
    }

    /** Returns when the port is free again. */
    @Override
    public void close() {
        try {
            socket.close();
            // The JDK keeps a socket open for as long as somebody still waits in accept.
            answering.join();
        } catch (IOException e) {
            throw new HomeException("The marker port cannot be closed: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
