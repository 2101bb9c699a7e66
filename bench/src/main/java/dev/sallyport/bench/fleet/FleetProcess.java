package dev.sallyport.bench.fleet;

import dev.sallyport.bench.measure.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The whole fleet as {@code bin/run} starts it, in a home of its own, with ports of its own. */
final class FleetProcess implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration START = Duration.ofMinutes(10);
    private static final Duration TRAINING = Duration.ofMinutes(45);
    private static final Duration STOP = Duration.ofMinutes(2);
    private static final int NO_SUCH_COMMAND = 2;
    private static final List<String> JVM_PARTS = List.of(
            "policy-service",
            "approval-service",
            "executor-service",
            "attestation-service",
            "vault-service",
            "node-default-node-1");

    private final Path home;
    private final Process supervisor;
    private final double upAfterSeconds;
    private final Map<String, Double> processorMillis;
    private final @Nullable String training;

    private FleetProcess(
            Path home,
            Process supervisor,
            double upAfterSeconds,
            Map<String, Double> processorMillis,
            @Nullable String training) {
        this.home = home;
        this.supervisor = supervisor;
        this.upAfterSeconds = upAfterSeconds;
        this.processorMillis = processorMillis;
        this.training = training;
    }

    /** A folder that every user can pass through, because the fleet's parts run as users of their own. */
    static Path newHome() throws IOException {
        return Files.createTempDirectory(
                "sallyport-bench", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }

    /** Starts and waits until the main job has been shown. */
    static FleetProcess start(Run run, Path home) throws IOException, InterruptedException {
        return start(run, home, null);
    }

    /**
     * Starts and waits until the main job has been shown.
     *
     * @param training what AOT caches are made from, as {@code bin/run --training} takes it; null for the default
     */
    static FleetProcess start(Run run, Path home, @Nullable String training) throws IOException, InterruptedException {
        Path log = Files.createTempFile("sallyport-bench", ".log");
        long begin = System.nanoTime();
        List<String> line =
                new ArrayList<>(List.of(run.checkout().resolve("bin/run").toString(), "--home", home.toString()));
        if (training != null) {
            line.addAll(List.of("--training", training));
        }
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
        // The list of homes is the user's.
        builder.environment()
                .put(
                        "XDG_STATE_HOME",
                        run.checkout().resolve("bench/target/state").toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("SALLYPORT_HOME");
        // Ends with this JVM also while it is still starting.
        Process supervisor = Run.start(builder);
        double up = 0;
        Map<String, Double> used = Map.of();
        while (true) {
            String said = Files.readString(log);
            if (up == 0 && said.contains("The fleet is up after")) {
                up = (System.nanoTime() - begin) / 1e9;
                used = CpuTime.byProgram(withDescendants(supervisor));
            }
            if (said.contains("Ctrl-C stops everything")) {
                liftHourlyBudget(run, home);
                return new FleetProcess(home, supervisor, up, used, training);
            }
            if (!supervisor.isAlive() || System.nanoTime() - begin > START.toNanos()) {
                supervisor.destroy();
                supervisor.waitFor(STOP.toSeconds(), TimeUnit.SECONDS);
                throw new IllegalStateException("The fleet did not start:\n" + said);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** One agent makes all calls: more than one may within an hour. Older commits know no such budget, or no such command. */
    private static void liftHourlyBudget(Run run, Path home) throws IOException, InterruptedException {
        Optional<String> shown = command(run, home, "config", "show", "--output", "json");
        if (shown.isPresent()
                && JSON.readTree(shown.get()) instanceof ObjectNode config
                && config.has("max_calls_per_hour")) {
            Path file = Files.createTempFile("sallyport-bench", ".json");
            Files.writeString(file, config.put("max_calls_per_hour", 1_000_000).toString());
            if (command(run, home, "config", "set", file.toString()).isEmpty()) {
                throw new IllegalStateException("The configuration is shown and cannot be set.");
            }
            Files.delete(file);
        }
    }

    /** What the fleet's owner is answered by the command; empty where that version has no such command. */
    private static Optional<String> command(Run run, Path home, String... arguments)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                run.checkout().resolve("cli/target/sallyport.jar").toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("SALLYPORT_CONFIG", home.resolve("cli.json").toString());
        builder.environment().remove("SALLYPORT_TOKEN");
        Process process = Run.start(builder);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return switch (process.waitFor()) {
            case 0 -> Optional.of(said);
            case NO_SUCH_COMMAND -> Optional.empty();
            default ->
                throw new IllegalStateException("`sallyport " + String.join(" ", arguments) + "` failed: " + said);
        };
    }

    /** Seconds from the supervisor's start until every part was ready. */
    double upAfterSeconds() {
        return upAfterSeconds;
    }

    /** Milliseconds of processor time that the start took until every part was ready, by program. */
    Map<String, Double> processorMillisOfStart() {
        return processorMillis;
    }

    /** Waits until the AOT caches that the first start trains are there, so that the next start is a warm one. */
    void awaitTraining() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (!trained()) {
            if (!supervisor.isAlive() || System.nanoTime() - begin > TRAINING.toNanos()) {
                throw new IllegalStateException("The AOT caches were not trained; see the logs in " + home);
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    private boolean trained() throws IOException {
        // Where there is a second fleet that works on calls, its folder is removed at the end.
        if (Files.exists(home.resolve("training"))) {
            return false;
        }
        String caches = training == null ? "*.aot" : "*." + training + ".aot";
        for (String part : JVM_PARTS) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(home.resolve(part), caches)) {
                if (!found.iterator().hasNext()) {
                    return false;
                }
            }
        }
        return true;
    }

    Path home() {
        return home;
    }

    /** A service's public URL. */
    String url(String service) {
        return fleetJson().at("/urls/" + service + "/public").stringValue();
    }

    /** A service's internal URL. */
    String internalUrl(String service) {
        return fleetJson().at("/urls/" + service + "/internal").stringValue();
    }

    int port(String part) {
        return fleetJson().at("/ports/" + part).intValue();
    }

    /** The demonstration agent's token. */
    String agentToken() {
        return read(home.resolve("tokens/demo-agent")).strip();
    }

    /** Every process of the fleet, the supervisor among them. */
    List<ProcessHandle> processes() {
        return withDescendants(supervisor);
    }

    private static List<ProcessHandle> withDescendants(Process supervisor) {
        List<ProcessHandle> all = new ArrayList<>(supervisor.descendants().toList());
        all.add(supervisor.toHandle());
        return all;
    }

    /** As Ctrl-C does. */
    @Override
    public void close() {
        List<ProcessHandle> all = processes();
        supervisor.destroy();
        try {
            if (!supervisor.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                all.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            all.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }

    private JsonNode fleetJson() {
        return JSON.readTree(read(home.resolve("fleet.json")));
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
