package dev.sallyport.local.fleet;

import dev.sallyport.embedded.BrokerConfiguration;
import dev.sallyport.embedded.ChildProcess.Signal;
import dev.sallyport.embedded.EmbeddedKafka;
import dev.sallyport.embedded.FleetTopics;
import dev.sallyport.embedded.KafkaAdministration;
import dev.sallyport.embedded.KafkaProcess;
import dev.sallyport.embedded.PemFiles;
import dev.sallyport.local.home.Part;
import dev.sallyport.local.home.Replica;
import dev.sallyport.local.supervise.Component;
import java.io.IOException;
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
        var broker = KafkaProcess.start(new KafkaProcess.Settings(
                context.home().of(Part.KAFKA),
                context.users().of(Part.KAFKA),
                context.ports().kafka(),
                context.ports().kafkaController(),
                PemFiles.of(context.home().identity(Replica.first(Part.KAFKA))),
                PemFiles.of(context.home().identities().resolve("kafka-admin")),
                program(),
                context.home().log(Replica.first(Part.KAFKA)),
                new BrokerConfiguration.Revocation(
                        context.home().identity(Replica.first(Part.KAFKA)),
                        URI.create(context.ports().internalUrl(Part.VAULT)),
                        context.home().of(Part.KAFKA).resolve("denylist.json"))));
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

    private List<String> program() {
        var command = new ArrayList<String>();
        command.add(context.programs().java().toString());
        command.addAll(KafkaProcess.jvmOptions(HEAP_MEBIBYTES));
        command.addAll(context.recording() ? caches.recording(jar(), Training.CALLS) : caches.using(jar()));
        command.addAll(List.of("-cp", jar().toString(), EmbeddedKafka.class.getName()));
        return command;
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
