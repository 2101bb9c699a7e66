package dev.sallyport.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.embedded.EmbeddedKafka;
import dev.sallyport.embedded.FleetTopics;
import dev.sallyport.embedded.KafkaClientSecurity;
import dev.sallyport.embedded.KafkaProcess;
import dev.sallyport.embedded.OsUser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class KafkaLifecycleTest {
    @Test
    void topicsRulesAndRecordsSurviveARestart() throws Exception {
        Path home = TestHome.shared().freshFolder("kafka-lifecycle");
        var settings = new KafkaProcess.Settings(
                home.resolve("broker"),
                OsUser.current(),
                FreePort.find(),
                FreePort.find(),
                TestFleet.shared().tls("kafka"),
                TestFleet.shared().tls("kafka-admin"),
                program(),
                home.resolve("kafka.log"),
                null);
        try (KafkaProcess broker = KafkaProcess.start(settings);
                var administration = broker.administration()) {
            administration.createFleetTopics("", 1);
            assertThat(send(broker)).isZero();
        }
        try (KafkaProcess broker = KafkaProcess.start(settings);
                var administration = broker.administration()) {
            assertThat(administration.topics()).hasSize(2 * FleetTopics.all().size());
            // The same request again changes nothing; the access rule is still there, and so is the first record.
            administration.createFleetTopics("", 1);
            assertThat(send(broker)).isEqualTo(1);
        }
    }

    private static long send(KafkaProcess broker) throws Exception {
        var settings = new HashMap<>(KafkaClientSecurity.of(TestFleet.shared().tls("policy-service")));
        settings.put("bootstrap.servers", broker.bootstrapServers());
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            return producer.send(new ProducerRecord<>("ToolProposed", "k", "v"))
                    .get()
                    .offset();
        }
    }

    private static List<String> program() {
        var program = new ArrayList<String>();
        program.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        program.addAll(KafkaProcess.jvmOptions(256));
        program.addAll(List.of("-cp", System.getProperty("java.class.path"), EmbeddedKafka.class.getName()));
        return program;
    }
}
