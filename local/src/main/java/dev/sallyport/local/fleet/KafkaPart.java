package dev.sallyport.local.fleet;

import dev.sallyport.embedded.BrokerConfiguration;
import dev.sallyport.embedded.EmbeddedKafka;
import dev.sallyport.embedded.FleetTopics;
import dev.sallyport.embedded.KafkaAdministration;
import dev.sallyport.embedded.KafkaProcess;
import dev.sallyport.embedded.PemFiles;
import dev.sallyport.local.home.Part;
import dev.sallyport.local.home.Replica;
import dev.sallyport.local.supervise.Component;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Kafka with the fleet's topics and access rules. */
final class KafkaPart implements Component {
    private static final int HEAP_MEBIBYTES = 320;

    private final FleetContext context;

    private volatile Runnable renewal = () -> {};

    KafkaPart(FleetContext context) {
        this.context = context;
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
            administration.createFleetTopics("", FleetTopics.PARTITIONS);
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
                broker.close();
            }
        };
    }

    /** The supervisor's own jar holds the broker. */
    private List<String> program() {
        Path jar = context.programs().unpacked("local");
        var command = new ArrayList<String>();
        command.add(context.programs().java().toString());
        command.addAll(KafkaProcess.jvmOptions(HEAP_MEBIBYTES));
        command.addAll(List.of("-cp", jar.toString(), EmbeddedKafka.class.getName()));
        return command;
    }
}
