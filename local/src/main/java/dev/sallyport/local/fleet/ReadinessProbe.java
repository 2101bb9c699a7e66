package dev.sallyport.local.fleet;

import dev.sallyport.embedded.BackendException;
import dev.sallyport.embedded.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks a process on its public connector whether it is ready. */
final class ReadinessProbe {
    private static final String INSTANCE = "Sallyport-Instance";
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
    private static final long PAUSE_MILLIS = 100;

    private final int port;
    private final URI readiness;

    ReadinessProbe(int port) {
        this.port = port;
        this.readiness = URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness");
    }

    /**
     * Returns once that very process says that it is ready: the answer must carry the name that it was started with, so
     * that nobody else on the port is believed.
     *
     * @throws BackendException when it ends or the limit passes before
     */
    void await(ChildProcess process, String instance, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            // Most of the time nobody listens yet: a bare connection costs little.
            while (!listening()) {
                pause(process, end, limit);
            }
            try (HttpClient http =
                    HttpClient.newBuilder().connectTimeout(ANSWER_LIMIT).build()) {
                while (!ready(http, instance)) {
                    pause(process, end, limit);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw process.failure(BackendException.Code.ENDED_EARLY, "was interrupted while starting");
        }
    }

    private static void pause(ChildProcess process, long end, Duration limit) throws InterruptedException {
        if (!process.isAlive()) {
            throw process.failure(BackendException.Code.ENDED_EARLY, "ended while starting");
        }
        if (System.nanoTime() - end > 0) {
            throw process.failure(
                    BackendException.Code.NOT_READY_IN_TIME, "was not ready after " + limit.toSeconds() + " s");
        }
        Thread.sleep(PAUSE_MILLIS);
    }

    private boolean listening() {
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) ANSWER_LIMIT.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean ready(HttpClient http, String instance) throws InterruptedException {
        try {
            HttpResponse<Void> answer = http.send(
                    HttpRequest.newBuilder(readiness).timeout(ANSWER_LIMIT).build(), BodyHandlers.discarding());
            return answer.statusCode() == 200
                    && answer.headers()
                            .firstValue(INSTANCE)
                            .filter(instance::equals)
                            .isPresent();
        } catch (IOException e) {
            return false;
        }
    }
}
