package dev.sallyport.testkit;

import dev.sallyport.embedded.BackendException;
import dev.sallyport.embedded.EmbeddedKafka;
import dev.sallyport.embedded.EmbeddedPostgres;
import dev.sallyport.embedded.KafkaProcess;
import dev.sallyport.embedded.OsUser;
import dev.sallyport.embedded.PemFiles;
import dev.sallyport.embedded.PostgresAdministration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The backends that the product itself starts on one machine. */
final class EmbeddedBackends implements FleetBackends {
    private static final int KAFKA_HEAP_MEBIBYTES = 256;
    private static final int ATTEMPTS = 3;

    private final TestHome home;
    private final Supplier<EmbeddedPostgres> postgres = Lazy.of(this::startPostgres);
    private final Supplier<KafkaProcess> kafka = Lazy.of(this::startKafka);

    EmbeddedBackends(TestHome home) {
        this.home = home;
    }

    @Override
    public String kind() {
        return "embedded";
    }

    @Override
    public PostgresBackend postgres() {
        EmbeddedPostgres server = postgres.get();
        PostgresAdministration administration = server.administration();
        return purpose -> FreshNames.database(purpose, administration, server::jdbcUrl);
    }

    @Override
    public KafkaBackend kafka() {
        return new KafkaBackend(kafka.get().bootstrapServers(), tls("kafka-admin"));
    }

    @Override
    public void renewTls() {
        postgres.get().renewTls();
        kafka.get().renewTls();
    }

    private EmbeddedPostgres startPostgres() {
        OsUser user = PostgresTestUser.choose();
        return withFreePorts(1, ports -> {
            var server = EmbeddedPostgres.start(new EmbeddedPostgres.Settings(
                    home.cache(),
                    home.folder().resolve("postgresql"),
                    user,
                    ports.getFirst(),
                    tls("postgresql"),
                    home.folder().resolve("postgresql.log")));
            AtExit.close(server);
            return server;
        });
    }

    private KafkaProcess startKafka() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> program = new ArrayList<>(List.of(java));
        program.addAll(KafkaProcess.jvmOptions(KAFKA_HEAP_MEBIBYTES));
        program.addAll(List.of("-cp", System.getProperty("java.class.path"), EmbeddedKafka.class.getName()));
        return withFreePorts(2, ports -> {
            var broker = KafkaProcess.start(new KafkaProcess.Settings(
                    home.folder().resolve("kafka"),
                    OsUser.current(),
                    ports.get(0),
                    ports.get(1),
                    tls("kafka"),
                    tls("kafka-admin"),
                    program,
                    home.folder().resolve("kafka.log"),
                    // A test makes its own vault-service, or none.
                    null));
            AtExit.close(broker);
            return broker;
        });
    }

    private static PemFiles tls(String name) {
        return TestFleet.shared().tls(name);
    }

    private interface Start<T> {
        T on(List<Integer> ports);
    }

    /** A free port may be taken by another process before the server binds it: then others are tried. */
    private static <T> T withFreePorts(int count, Start<T> start) {
        BackendException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return start.on(
                        Stream.generate(FreePort::find).limit(count).distinct().toList());
            } catch (BackendException e) {
                if (e.code() != BackendException.Code.ENDED_EARLY) {
                    throw e;
                }
                last = e;
            }
        }
        throw Objects.requireNonNull(last);
    }
}
