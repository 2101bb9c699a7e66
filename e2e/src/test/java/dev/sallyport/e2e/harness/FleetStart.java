package dev.sallyport.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * A supervisor that has shown the main job.
 *
 * @param log what it prints
 */
record FleetStart(Process supervisor, Path log) {
    private static final Duration START = Duration.ofMinutes(8);

    /** Starts it; one that does not get there within 8 minutes is stopped within {@code stop}. */
    static FleetStart of(FleetOptions options, Duration stop) {
        writeSettings(options);
        try {
            Path log = Files.createTempFile("sallyport-e2e", ".log");
            Process supervisor = new ProcessBuilder(command(options))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                Awaitility.await("the fleet to start; see " + log)
                        .atMost(START)
                        .pollInterval(Duration.ofMillis(300))
                        .until(() ->
                                !supervisor.isAlive() || Files.readString(log).contains("Ctrl-C stops everything"));
                assertThat(supervisor.isAlive()).as(Files.readString(log)).isTrue();
            } catch (RuntimeException | AssertionError e) {
                supervisor.destroy();
                supervisor.waitFor(stop.toSeconds(), TimeUnit.SECONDS);
                throw new AssertionError(Files.readString(log), e);
            }
            return new FleetStart(supervisor, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<String> command(FleetOptions options) {
        List<String> command = new ArrayList<>(List.of(
                Repository.java().toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx192m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(options.jvm());
        command.addAll(List.of(
                "-jar",
                Repository.jar("local").toString(),
                "--checkout",
                Repository.root().toString(),
                "--home",
                options.home().toString()));
        if (options.replicas() > 0) {
            command.addAll(List.of("--replicas", Integer.toString(options.replicas())));
        }
        if (options.nodes() > 0) {
            command.addAll(List.of("--nodes", Integer.toString(options.nodes())));
        }
        command.addAll(List.of("--training", options.training() ? "start" : "none"));
        return command;
    }

    private static void writeSettings(FleetOptions options) {
        options.properties().forEach((part, properties) -> {
            Path file = options.home().resolve("settings").resolve(part + ".properties");
            String text = properties.entrySet().stream()
                    .map(property -> property.getKey() + "=" + property.getValue() + "\n")
                    .collect(Collectors.joining());
            try {
                Files.createDirectories(file.getParent());
                Files.writeString(file, text);
                // The supervisor takes a folder for its home that is empty or has its lock.
                Files.write(options.home().resolve("supervisor.lock"), new byte[0]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
