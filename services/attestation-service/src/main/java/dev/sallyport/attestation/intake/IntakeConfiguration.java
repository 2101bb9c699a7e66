package dev.sallyport.attestation.intake;

import dev.sallyport.attestation.log.Ledger;
import dev.sallyport.attestation.log.Rejections;
import dev.sallyport.attestation.log.SourceOffsets;
import dev.sallyport.servicekit.inbox.DeadLetters;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import dev.sallyport.servicekit.outbox.KafkaClients;
import dev.sallyport.servicekit.outbox.Topics;
import dev.sallyport.statements.StatementRefusedException;
import dev.sallyport.statements.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.StatementType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Reading of all six topics and their dead letters; off with {@code sallyport.ledger.intake=false}. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "sallyport.ledger.intake", matchIfMissing = true)
class IntakeConfiguration {
    private static final String SERVICE = "attestation-service";

    @Bean
    TopicIntake topicIntake(
            KafkaClients kafka, Topics topics, RecordScreening screening, Ledger ledger, SourceOffsets offsets) {
        List<String> all = Arrays.stream(StatementType.values())
                .map(topics::of)
                .flatMap(topic -> Stream.of(topic, Topics.deadLettersOf(topic)))
                .toList();
        String group = topics.groupOf(SERVICE);
        return new TopicIntake(() -> kafka.consumer(group), all, screening, ledger, offsets::next);
    }

    @Bean
    RepeatedTask intake(TopicIntake intake) {
        return new RepeatedTask("intake", Duration.ZERO, intake::step);
    }

    /** Rejected records go to their topic's dead letters; a rejection is unsent until Kafka has it. */
    @Bean
    RepeatedTask deadLetterSending(Rejections rejections, DeadLetters letters) {
        return new RepeatedTask("dead-letter-sending", Duration.ofSeconds(1), () -> {
            for (Rejections.Unsent unsent : rejections.unsent(100)) {
                var position = unsent.position();
                letters.put(
                        new ConsumerRecord<>(
                                position.topic(),
                                position.partition(),
                                position.offset(),
                                unsent.key(),
                                unsent.record()),
                        new StatementRefusedException(Refusal.valueOf(unsent.reason()), "rejected by the ledger"));
                rejections.sent(unsent);
            }
        });
    }
}
