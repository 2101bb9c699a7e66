package dev.sallyport.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** The whole fleet as {@code bin/run} starts it, in a home of its own, with ports of its own. */
public final class Fleet implements AutoCloseable {
    /** The names of all services. */
    public static final List<String> SERVICES =
            List.of("policy-service", "approval-service", "executor-service", "attestation-service", "vault-service");

    /** The part that is the first node of the default pool. */
    public static final String FIRST_NODE = "node-default-node-1";

    private static final Duration STOP = Duration.ofMinutes(2);

    private final Path home;
    private final Path log;
    private final Process supervisor;
    private final String announced;

    private Fleet(Path home, Path log, Process supervisor, String announced) {
        this.home = home;
        this.log = log;
        this.supervisor = supervisor;
        this.announced = announced;
    }

    /** Starts one of each and waits until the main job has been shown. */
    public static Fleet start(Path home) {
        return start(FleetOptions.in(home));
    }

    /** Starts and waits until the main job has been shown. */
    public static Fleet start(FleetOptions options) {
        FleetStart start = FleetStart.of(options, STOP);
        return new Fleet(options.home(), start.log(), start.supervisor(), read(start.log()));
    }

    /** A folder for a fleet that every user can pass through, because its parts run as users of their own. */
    public static Path newHome() {
        try {
            return Files.createTempDirectory(
                    "sallyport-e2e",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path home() {
        return home;
    }

    /**
     * Waits until every Java program has the AOT cache that its next start uses, in a fleet that was started with
     * {@link FleetOptions#trained()}.
     */
    public void awaitTraining() {
        Awaitility.await("the AOT caches")
                .atMost(Duration.ofMinutes(20))
                .until(() -> parts().stream()
                        .map(FleetPart::name)
                        .filter(part -> !part.equals("postgresql") && !part.equals("kafka"))
                        .allMatch(this::isTrained));
    }

    private boolean isTrained(String part) {
        try (DirectoryStream<Path> caches = Files.newDirectoryStream(home.resolve(part), "*.aot")) {
            return caches.iterator().hasNext();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A process of the fleet by its name, such as {@code kafka}, {@code policy-service-2}, {@code node-default-node-1}.
     */
    public FleetPart part(String name) {
        FleetPart part = new FleetPart(this, name);
        assertThat(status().has(name)).as(name + " is a part: " + status()).isTrue();
        return part;
    }

    /** Every process of the fleet. */
    public List<FleetPart> parts() {
        return status().propertyNames().stream()
                .map(name -> new FleetPart(this, name))
                .toList();
    }

    /** Kills Kafka, deletes all that it kept, and returns when an empty one with the fleet's topics is ready. */
    public void loseKafka() {
        FleetPart kafka = part("kafka");
        kafka.killAndHold();
        deleteFolder(kafka.folder().resolve("data"));
        kafka.bringBack();
    }

    private static void deleteFolder(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The supervisor's {@code status.json}: name of the process to {@code {state, pid?, note?}}. */
    public JsonNode status() {
        return Api.JSON.readTree(read(home.resolve("status.json")));
    }

    /** A port by its name in {@code fleet.json}, such as {@code kafka} or {@code policy-service-2.public}. */
    public int port(String name) {
        return fleetJson().path("ports").path(name).asInt();
    }

    /** What the start printed. */
    String announced() {
        return announced;
    }

    /** A service's public URL. */
    public String url(String service) {
        return fleetJson().at("/urls/" + service + "/public").stringValue();
    }

    /** A service's internal URL. */
    public String internalUrl(String service) {
        return fleetJson().at("/urls/" + service + "/internal").stringValue();
    }

    /** The public URLs of all replicas of a service, past what stands before them. */
    public List<String> urls(String service) {
        if (port(service + "-1.public") == 0) {
            return List.of(url(service));
        }
        return IntStream.iterate(1, replica -> port(service + "-" + replica + ".public") > 0, replica -> replica + 1)
                .mapToObj(replica -> "http://localhost:" + port(service + "-" + replica + ".public"))
                .toList();
    }

    /** A service's internal API as the owner's device. */
    public Api owner(String service) {
        return Api.withIdentity(internalUrl(service), home.resolve("identities/owner"));
    }

    /** What every part of the fleet pins. */
    public TrustRoots trust() {
        return TrustRoots.read(home.resolve("trust.json"));
    }

    /** Kafka's bootstrap servers. */
    public String kafka() {
        return "localhost:" + fleetJson().at("/ports/kafka").intValue();
    }

    /** PostgreSQL's port. */
    int postgresql() {
        return fleetJson().at("/ports/postgresql").intValue();
    }

    /** The demonstration agent's token. */
    public String agentToken() {
        return read(home.resolve("tokens/demo-agent")).strip();
    }

    /** A new token of a person, with these permissions. */
    public String token(String person, String... permissions) {
        Path file = home.resolve("tokens").resolve("e2e-" + person + "-" + System.nanoTime());
        List<String> create = new ArrayList<>(
                List.of("tokens", "create", "--kind", "person", "--name", person, "--save", file.toString()));
        for (String permission : permissions) {
            create.addAll(List.of("--scope", permission));
        }
        Command created = cli().run(create.toArray(String[]::new));
        assertThat(created.exitCode()).as(created.toString()).isZero();
        return read(file).strip();
    }

    /** policy-service as the demonstration's agent sees it. */
    public Api agent() {
        return new Api(url("policy-service"), agentToken());
    }

    /** A fresh one-time sign-in link of the last start. */
    public String signInLink() {
        Matcher matcher =
                Pattern.compile("(http://\\S+/console/sign-in#\\S+)").matcher(read(home.resolve("secrets.txt")));
        assertThat(matcher.find()).as("secrets.txt names the sign-in link").isTrue();
        return matcher.group(1);
    }

    /** Another sign-in link, made now. */
    public String newSignInLink() {
        return cli().json("init").at("/sign_in_link").stringValue();
    }

    /** The {@code sallyport} command as the owner of this fleet. */
    public OwnerCommand cli() {
        return new OwnerCommand(home);
    }

    /** Every process below the supervisor. */
    public List<ProcessHandle> processes() {
        return supervisor.descendants().toList();
    }

    public long supervisorPid() {
        return supervisor.pid();
    }

    /** As Ctrl-C does; fails when anything is left. */
    @Override
    public void close() {
        List<ProcessHandle> all = processes();
        supervisor.destroy();
        try {
            assertThat(supervisor.waitFor(STOP.toSeconds(), TimeUnit.SECONDS))
                    .as("the supervisor stops: " + read(log))
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Awaitility.await("every process of the fleet to be gone")
                .atMost(Duration.ofSeconds(30))
                .until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** As {@code kill -9} of the supervisor does. */
    public void kill() {
        List<ProcessHandle> all = processes();
        supervisor.destroyForcibly();
        Awaitility.await("no part of the fleet survives its supervisor")
                .atMost(Duration.ofSeconds(60))
                .until(() -> !supervisor.isAlive() && all.stream().noneMatch(ProcessHandle::isAlive));
    }

    private JsonNode fleetJson() {
        return Api.JSON.readTree(read(home.resolve("fleet.json")));
    }

    public static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
