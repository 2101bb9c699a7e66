package dev.sallyport.e2e.canary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Databases;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.FleetPart;
import dev.sallyport.e2e.harness.Repository;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.identity.ca.FleetPlan.Workload;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A node beside those of a running fleet, of a pool of its own unless a test says otherwise. One host of the internet is on
 * this machine for it, which needs a program of executor-service's tests: no setting of a node can say such a thing. All
 * else is the fleet's own program.
 */
final class WebNode implements AutoCloseable {
    /** Its pool. */
    static final String POOL = "web";

    /** The host that answers whatever it is sent, with the same. */
    static final String HOST = "api.example";

    /** When the tests run as root, tools need a user that owns nothing. */
    private static final String TOOL_USER = "64903:64903";

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Fleet fleet;
    private final Path home;
    private final Workload workload;
    private final String host;
    /** Another test's node of this name may have left its row: only what comes later was said by this one. */
    private final long before;

    private Process process;

    private WebNode(Fleet fleet, Path home, Workload workload, String host) throws IOException {
        this.fleet = fleet;
        this.home = home;
        this.workload = workload;
        this.host = host;
        this.before = lastSeen();
        this.process = launch();
    }

    /** Starts one, and returns when control can give it calls. */
    static WebNode start(Fleet fleet) throws IOException {
        return start(fleet, POOL, "node-1", HOST);
    }

    /** Starts one of that pool and name, for which that host is on this machine. */
    static WebNode start(Fleet fleet, String pool, String name, String host) throws IOException {
        Workload workload = Workload.node(pool, name);
        FleetCa.open(fleet.home(), Clock.systemUTC()).issueMissing(new FleetPlan(List.of(workload)));
        WebNode node = new WebNode(fleet, Fleet.newHome(), workload, host);
        node.awaitOffer(node.before);
        return node;
    }

    private String pool() {
        return workload.names().getFirst();
    }

    private String name() {
        return workload.names().getLast();
    }

    /** Its identity directory. */
    Path identity() {
        return fleet.home().resolve("identities").resolve("node-" + pool() + "-" + name());
    }

    /** What it keeps, and its log. */
    Path home() {
        return home;
    }

    /** All that the host's server has been sent. */
    String seen() throws IOException {
        Path file = seenFile();
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /** As {@code kill -9}; returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** The next process of the same node, once it takes calls. */
    void startAgain() throws IOException {
        long before = lastSeen();
        process = launch();
        awaitOffer(before);
    }

    private Path seenFile() {
        // Not below the home, which is searched for secrets: this is what the other side of the wire has.
        return home.resolveSibling(home.getFileName() + "-seen");
    }

    private Process launch() throws IOException {
        FleetPart node = fleet.part(Fleet.FIRST_NODE);
        List<String> running = node.commandLine();
        Path jar = Path.of(running.get(running.indexOf("-jar") + 1));
        Path tests = Repository.root().resolve("services/executor-service/target/test-classes");
        assertThat(tests.resolve("dev/sallyport/executor/fleet/NodeOnTestWire.class"))
                .as(
                        "executor-service's tests are compiled: ./mvnw -pl services/executor-service -am -DskipTests package")
                .exists();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                String.join(File.pathSeparator, jar.toString(), jar.resolveSibling("lib") + "/*", tests.toString()),
                "dev.sallyport.executor.fleet.NodeOnTestWire",
                host,
                seenFile().toString(),
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--sallyport.public.port=0",
                "--sallyport.public.address=127.0.0.1",
                "--sallyport.executor.role=node",
                "--sallyport.node.pool=" + pool(),
                "--sallyport.node.name=" + name(),
                "--sallyport.identity.dir=" + identity(),
                "--sallyport.state.dir=" + home.resolve("state")));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--sallyport.node.tool-user=" + TOOL_USER);
        }
        Files.readString(fleet.home().resolve(Fleet.FIRST_NODE).resolve("application.properties"))
                .lines()
                .filter(line -> line.startsWith("sallyport.fleet."))
                .forEach(line -> command.add("--" + line));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.resolve("node.log").toFile()));
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder.start();
    }

    /** Returns when the node has said, after that time, that it takes calls and delivers secrets. */
    private void awaitOffer(long before) {
        Awaitility.await("the node to take calls; see " + home.resolve("node.log"))
                .atMost(PATIENCE)
                .until(() -> {
                    assertThat(process.isAlive())
                            .as(Files.readString(home.resolve("node.log")))
                            .isTrue();
                    return lastSeen() > before && offers();
                });
    }

    private boolean offers() {
        return !new Databases(fleet)
                .rows(
                        "executor_service",
                        "select name from node where " + itself()
                                + " and tiers like '%C%' and 'delivery:process/file' = any(has)")
                .isEmpty();
    }

    private String itself() {
        return "pool = '" + pool() + "' and name = '" + name() + "'";
    }

    private long lastSeen() {
        return new Databases(fleet)
                        .rows(
                                "executor_service",
                                "select (extract(epoch from last_seen) * 1000)::bigint from node where " + itself())
                        .stream()
                        .mapToLong(Long::parseLong)
                        .max()
                        .orElse(0);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(seenFile());
    }
}
