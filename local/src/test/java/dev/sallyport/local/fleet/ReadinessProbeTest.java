package dev.sallyport.local.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sallyport.embedded.BackendException;
import dev.sallyport.embedded.ChildProcess;
import dev.sallyport.embedded.ChildProcess.Launch;
import dev.sallyport.embedded.ChildProcess.Signal;
import dev.sallyport.embedded.OsUser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadinessProbeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer server;
    private volatile String instance = "";
    private volatile int status = 200;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/actuator/health/readiness", exchange -> {
            if (!instance.isEmpty()) {
                exchange.getResponseHeaders().add("Sallyport-Instance", instance);
            }
            // The second answer is a ready one.
            exchange.sendResponseHeaders(asked.incrementAndGet() == 1 ? 503 : status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void readyIsWhoAnswersWithTheNameItWasStartedWith() {
        instance = "mine";
        ChildProcess process = process("sleep", "600");
        probe().await(process, "mine", PATIENCE);
        assertThat(asked).hasValueGreaterThanOrEqualTo(2);
        process.stop(Signal.KILL, PATIENCE);
    }

    @Test
    void anotherProcessOnThePortIsNotBelieved() {
        instance = "somebody-else";
        assertThatThrownBy(() -> probe().await(process("sleep", "1"), "mine", PATIENCE))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("ended while starting");
        instance = "";
        assertThatThrownBy(() -> probe().await(process("sleep", "1"), "mine", PATIENCE))
                .hasMessageContaining("ended while starting");
        assertThat(asked).hasValueGreaterThanOrEqualTo(3);
    }

    @Test
    void whatDoesNotBecomeReadyIsSaid() {
        instance = "mine";
        status = 503;
        ChildProcess process = process("sleep", "600");
        assertThatThrownBy(() -> probe().await(process, "mine", Duration.ofMillis(300)))
                .hasMessageContaining("was not ready");
        process.stop(Signal.KILL, PATIENCE);
    }

    private ReadinessProbe probe() {
        return new ReadinessProbe(server.getAddress().getPort());
    }

    private ChildProcess process(String... command) {
        return ChildProcess.start(new Launch(
                "service",
                List.of(command),
                folder,
                Map.of("PATH", "/usr/bin:/bin"),
                folder.resolve("service.log"),
                OsUser.current(),
                Signal.KILL));
    }
}
