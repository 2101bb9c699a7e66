package dev.sallyport.attestation.intake;

import dev.sallyport.attestation.log.Ledger;
import dev.sallyport.servicekit.inbox.DeadLetters;
import dev.sallyport.servicekit.kafka.KafkaClients;
import dev.sallyport.servicekit.kafka.TopicWatch;
import dev.sallyport.servicekit.kafka.Topics;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import dev.sallyport.statements.predicate.StatementType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
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
            KafkaClients kafka,
            Topics topics,
            RecordScreening screening,
            DeadLetters letters,
            Ledger ledger,
            TopicWatch watch) {
        List<String> all = Arrays.stream(StatementType.values())
                .map(topics::of)
                .flatMap(topic -> Stream.of(topic, Topics.deadLettersOf(topic)))
                .toList();
        String group = topics.groupOf(SERVICE);
        TopicIntake intake = new TopicIntake(
                () -> kafka.consumer(group), all, screening, letters, ledger, ledger::nextOffset, kafka::topicIds);
        watch.whenMadeAnew(all, intake::restart);
        return intake;
    }

    @Bean
    RepeatedTask intake(TopicIntake intake) {
        return new RepeatedTask("intake", Duration.ZERO, intake::step);
    }
}
