package dev.sallyport.e2e.canary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Databases;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Mtls;
import dev.sallyport.e2e.harness.RawKafka;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Where values could have leaked to: each place of a fleet is searched, and what belongs there is left out. */
final class CanaryPlaces {
    /** The name of the value that travels as a call's argument, which is no secret but need not be everywhere. */
    static final String ARGUMENT = "argument";

    private static final int PIECE = 8 << 20;
    private static final CanarySearch METRIC = new CanarySearch().with("metric", "jvm_memory_used_bytes");

    /** Where the design keeps what must be kept, each readable by one user alone. */
    private static final List<Kept> KEPT = List.of(
            new Kept(
                    "tokens/.*|secrets\\.txt|agent\\.env",
                    "what the first start hands to its user",
                    "agent token.*|sign-in.*"),
            new Kept("[a-z]+-service(-[0-9]+)?/database-password", "the service's own copy", "password of .*"),
            new Kept("postgresql/superuser-password", "made with the cluster", "password of postgresql"),
            new Kept("identities/.*(\\.key|tls\\.pem)", "each workload's own keys", "key .*"),
            new Kept("protector/(root|issuing)\\.key", "seals the authorities' keys", "key protector/.*"),
            new Kept("vault-service/state/keyring\\.key", "protects the key ring", "key vault-service.*"),
            new Kept(
                    "attestation-service/state/detail\\.key",
                    "details are encrypted with it",
                    "key attestation-service.*"),
            // The broker's records hold details inline; so do the databases of who decides and who runs.
            new Kept("kafka/.*", "details travel beside statements for 7 days", ARGUMENT),
            new Kept("postgresql/.*", "policy-service and control hold a call's arguments", ARGUMENT),
            new Kept("node-default-[^/]*/.*", "a session's workspace and the call's journal", ARGUMENT));

    private record Kept(String path, String why, String what) {
        boolean covers(String file, String canary) {
            return file.matches(path) && canary.matches(what);
        }
    }

    private final Fleet fleet;
    private final CanarySearch search;
    private final Set<String> found = new TreeSet<>();
    private int records;
    private boolean argumentsOnTopics;
    private boolean argumentsInTables;

    CanaryPlaces(Fleet fleet, CanarySearch search) {
        this.fleet = fleet;
        this.search = search;
    }

    /** What was found where it does not belong since the last time. */
    Set<String> found() {
        Set<String> all = new TreeSet<>(found);
        found.clear();
        return all;
    }

    /** Every file of the home, logs and the databases' and the broker's own among them. */
    void files() throws IOException {
        for (Path file : regularFiles(fleet.home())) {
            // The unpacked jars are older than every secret.
            if (!file.startsWith(fleet.home().resolve("programs"))) {
                file(file);
            }
        }
    }

    void file(Path file) throws IOException {
        String name = fleet.home().relativize(file).toString();
        for (String canary : searchFile(file)) {
            if (KEPT.stream().noneMatch(kept -> kept.covers(name, canary))) {
                found.add("file " + name + ": " + canary);
            }
        }
    }

    private Set<String> searchFile(Path file) throws IOException {
        Set<String> inside = new LinkedHashSet<>();
        try (InputStream content = Files.newInputStream(file)) {
            if (Files.size(file) <= PIECE) {
                return search.in(content.readAllBytes());
            }
            byte[] piece = new byte[PIECE];
            int kept = 0;
            int read;
            while ((read = content.readNBytes(piece, kept, PIECE - kept)) > 0) {
                int length = kept + read;
                inside.addAll(search.plainly(piece, length));
                kept = Math.min(search.overlap(), length);
                System.arraycopy(piece, length - kept, piece, 0, kept);
            }
        } catch (NoSuchFileException _) {
            // Databases and brokers remove files of their own while they run.
        }
        return inside;
    }

    /** Every record of every topic, with its key and headers. */
    void topics() {
        RawKafka kafka = new RawKafka(fleet, "kafka-admin");
        kafka.topics().forEach(topic -> topic(kafka, topic));
        assertThat(records).isGreaterThan(20);
        assertThat(argumentsOnTopics).as("control: arguments travel as details").isTrue();
    }

    void topic(RawKafka kafka, String topic) {
        kafka.read(topic, record -> {
            records++;
            Set<String> inside = new LinkedHashSet<>(search.in(record.value() == null ? new byte[0] : record.value()));
            inside.addAll(search.in(record.key() == null ? new byte[0] : record.key()));
            record.headers().forEach(header -> inside.addAll(search.in(header.value())));
            for (String canary : inside) {
                if (canary.equals(ARGUMENT)) {
                    argumentsOnTopics = true;
                    noneInStatements(topic, record.value());
                } else {
                    found.add("topic " + topic + ": " + canary);
                }
            }
            return false;
        });
    }

    /** A record without its details. */
    private void noneInStatements(String topic, byte[] record) {
        JsonNode json = Api.JSON.readTree(record);
        for (String part : List.of("envelope", "certificates", "evidence")) {
            search.in(json.path(part).toString()).forEach(canary -> found.add("statement on " + topic + ": " + canary));
        }
    }

    /** Every row of every table of every database, as a dump would hold it. */
    void tables() {
        Databases databases = new Databases(fleet);
        for (String database : databases.names()) {
            databases.tables(database).forEach(table -> table(databases, database, table));
        }
        assertThat(argumentsInTables)
                .as("control: policy-service's tables hold the arguments")
                .isTrue();
    }

    void table(Databases databases, String database, String table) {
        String name = database + " " + table;
        for (String row : databases.rows(database, "select t::text from " + table + " t")) {
            for (String canary : search.in(row)) {
                if (canary.equals(ARGUMENT) && holdsArguments(name)) {
                    argumentsInTables = true;
                } else {
                    found.add("table " + name + ": " + canary);
                }
            }
        }
    }

    /** Who decides, asks and runs holds a call's arguments by design; nothing else is in any table in the clear. */
    private static boolean holdsArguments(String table) {
        return table.matches("(policy|executor|approval)_service .*");
    }

    /** What the actuator tells the owner, who is told most. */
    void actuators() throws IOException {
        try (Mtls owner = Mtls.as(fleet, "owner")) {
            for (String service : Fleet.SERVICES) {
                for (String path : List.of("", "/health", "/info", "/prometheus")) {
                    Answer answer = owner.get(fleet.internalUrl(service) + "/actuator" + path);
                    assertThat(answer.status()).as(service + path).isEqualTo(200);
                    if (path.equals("/prometheus")) {
                        assertThat(METRIC.in(answer.text()))
                                .as("control: " + service)
                                .isNotEmpty();
                    }
                    search.in(answer.text()).forEach(canary -> found.add("actuator " + service + path + ": " + canary));
                }
                for (String path : List.of(
                        "/env", "/configprops", "/heapdump", "/beans", "/httpexchanges", "/loggers", "/threaddump")) {
                    assertThat(owner.get(fleet.internalUrl(service) + "/actuator" + path)
                                    .status())
                            .as(service + path)
                            .isEqualTo(404);
                }
            }
        }
    }

    /** Arguments and environment of every process of the fleet and of its supervisor. */
    void processes() {
        assertThat(fleet.processes()).hasSizeGreaterThan(8);
        process(fleet.supervisorPid());
        fleet.processes().forEach(process -> process(process.pid()));
    }

    void process(long pid) {
        for (String part : List.of("cmdline", "environ")) {
            search.in(proc(pid, part)).forEach(canary -> found.add(part + " of " + cmdline(pid) + ": " + canary));
        }
    }

    static String cmdline(long pid) {
        return new String(proc(pid, "cmdline"), StandardCharsets.UTF_8).replace('\0', ' ');
    }

    private static byte[] proc(long pid, String part) {
        try {
            return Files.readAllBytes(Path.of("/proc/" + pid + "/" + part));
        } catch (IOException _) {
            return new byte[0];
        }
    }

    static List<Path> regularFiles(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes kind) {
                if (kind.isRegularFile()) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }
}
