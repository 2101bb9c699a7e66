package dev.sallyport.local.fleet;

import dev.sallyport.embedded.BackendException;
import dev.sallyport.embedded.BrokerConfiguration;
import dev.sallyport.embedded.ChildProcess.Signal;
import dev.sallyport.embedded.EmbeddedKafka;
import dev.sallyport.embedded.FleetTopics;
import dev.sallyport.embedded.FolderRemoval;
import dev.sallyport.embedded.KafkaAdministration;
import dev.sallyport.embedded.KafkaProcess;
import dev.sallyport.embedded.PemFiles;
import dev.sallyport.local.home.Part;
import dev.sallyport.local.home.Replica;
import dev.sallyport.local.supervise.Component;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Kafka with the fleet's topics and access rules. */
final class KafkaPart implements Component {
    private static final int HEAP_MEBIBYTES = 320;
    /** Of a JVM that writes an AOT cache at the lowest priority. */
    private static final Duration RECORDING_LIMIT = Duration.ofMinutes(15);

    private final FleetContext context;
    private final AotCaches caches;

    private volatile Runnable renewal = () -> {};

    KafkaPart(FleetContext context) {
        this.context = context;
        this.caches = new AotCaches(context.home().of(Part.KAFKA));
    }

    @Override
    public String name() {
        return Part.KAFKA.id();
    }

    /** Takes the certificate that lies in the identity directory now. */
    void renewTls() {
        renewal.run();
    }

    @Override
    public Running start() {
        var broker = KafkaProcess.start(settings(
                context.home().of(Part.KAFKA),
                context.ports().kafka(),
                context.ports().kafkaController(),
                context.recording() ? recording(Training.CALLS) : running(),
                context.home().log(Replica.first(Part.KAFKA))));
        try (KafkaAdministration administration = broker.administration()) {
            administration.createFleetTopics("", FleetTopics.PARTITIONS_ON_ONE_MACHINE);
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
        renewal = broker::renewTls;
        return new Running() {
            @Override
            public long pid() {
                return broker.process().pid();
            }

            @Override
            public CompletableFuture<Integer> exit() {
                return broker.process().exit();
            }

            @Override
            public void stop() {
                if (context.recording()) {
                    broker.process().stop(Signal.TERM, RECORDING_LIMIT);
                }
                broker.close();
            }
        };
    }

    /** The supervisor's own jar holds the broker. */
    private Path jar() {
        return context.programs().unpacked("local");
    }

    private KafkaProcess.Settings settings(Path folder, int port, int controllerPort, List<String> program, Path log) {
        Path identity = context.home().identity(Replica.first(Part.KAFKA));
        return new KafkaProcess.Settings(
                folder,
                context.users().of(Part.KAFKA),
                port,
                controllerPort,
                PemFiles.of(identity),
                PemFiles.of(context.home().identities().resolve("kafka-admin")),
                program,
                log,
                new BrokerConfiguration.Revocation(
                        identity,
                        URI.create(context.ports().internalUrl(Part.VAULT)),
                        folder.resolve("denylist.json")));
    }

    private List<String> running() {
        List<String> options = new ArrayList<>(caches.using(jar()));
        options.addAll(JavaOptions.compilers(Part.KAFKA, caches.best(jar())));
        return program(options);
    }

    private List<String> recording(Training training) {
        return program(caches.recording(jar(), training));
    }

    private List<String> program(List<String> options) {
        var command = new ArrayList<String>();
        command.add(context.programs().java().toString());
        command.addAll(KafkaProcess.jvmOptions(HEAP_MEBIBYTES));
        command.addAll(options);
        command.addAll(List.of("-cp", jar().toString(), EmbeddedKafka.class.getName()));
        return command;
    }

    /**
     * Builds the AOT cache for the next start by a broker of its own, which gets the fleet's topics and ends. Does nothing when
     * there is a cache for this jar.
     */
    void train() throws IOException {
        if (caches.best(jar()) != Training.NONE) {
            return;
        }
        Path folder = context.home().of(Part.KAFKA).resolve("training");
        FolderRemoval.remove(folder);
        List<String> program = new ArrayList<>(List.of("nice", "-n", "19"));
        program.addAll(recording(Training.START));
        try {
            var broker = KafkaProcess.start(settings(
                    folder,
                    freePort(),
                    freePort(),
                    program,
                    context.home().log(Replica.first(Part.KAFKA)).resolveSibling("kafka-training.log")));
            try (KafkaAdministration administration = broker.administration()) {
                administration.createFleetTopics("", FleetTopics.PARTITIONS_ON_ONE_MACHINE);
            } finally {
                broker.process().stop(Signal.TERM, RECORDING_LIMIT);
            }
            caches.keep(jar(), Training.START, context.home().of(Part.KAFKA));
        } catch (BackendException e) {
            throw new IOException("the broker that was to be recorded failed: " + e.getMessage(), e);
        } finally {
            FolderRemoval.remove(folder);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Whether its cache knows what calls need. */
    boolean knowsCalls() {
        return caches.best(jar()) == Training.CALLS;
    }

    /** Takes over the cache that the broker of a fleet in that home wrote. */
    void keepRecorded(Path folder) throws IOException {
        caches.keep(jar(), Training.CALLS, folder.resolve(Part.KAFKA.id()));
    }
}
