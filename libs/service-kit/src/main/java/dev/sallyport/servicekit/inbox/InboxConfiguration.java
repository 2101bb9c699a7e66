package dev.sallyport.servicekit.inbox;

import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.kafka.KafkaClients;
import dev.sallyport.servicekit.kafka.TopicWatch;
import dev.sallyport.servicekit.kafka.Topics;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.verify.StatementVerifier;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The inbox; it consumes what the service has {@link StatementHandler} beans for. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBean(DataSource.class)
@EnableConfigurationProperties(InboxProperties.class)
public class InboxConfiguration {
    @Bean
    DeadLetters deadLetters(KafkaClients kafka, IdentityInForce identity, MeterRegistry metrics) {
        DeadLetters.Reporter reporter = new DeadLetters.Reporter(
                identity.spiffeId().name(), identity.trust().fleetId(), identity::signer);
        return new DeadLetters(kafka, reporter, metrics);
    }

    @Bean
    StatementInbox statementInbox(
            StatementVerifier verifier,
            ObjectProvider<StatementHandler<?>> handlers,
            Topics topics,
            PlatformTransactionManager transactions,
            JdbcClient jdbc,
            DeadLetters deadLetters,
            Traces traces,
            Clock clock,
            MeterRegistry metrics) {
        return new StatementInbox(
                verifier,
                handlers.orderedStream().toList(),
                topics,
                new TransactionTemplate(transactions),
                jdbc,
                deadLetters,
                traces,
                clock,
                metrics);
    }

    @Bean
    InboxContainer inboxContainer(
            KafkaClients kafka,
            StatementInbox inbox,
            IdentityInForce identity,
            Topics topics,
            TopicWatch watch,
            InboxProperties properties) {
        return new InboxContainer(
                kafka, inbox, topics.groupOf(identity.spiffeId().name()), watch, properties);
    }

    @Bean
    AppliedController appliedController(JdbcClient jdbc) {
        return new AppliedController(jdbc);
    }

    @Bean
    RepeatedTask inboxCleaning(JdbcClient jdbc) {
        return new RepeatedTask(
                "inbox-cleaning",
                Duration.ofHours(1),
                () -> jdbc.sql("delete from kit_inbox where applied_at < now() - :days * interval '1 day'")
                        .param("days", StatementInbox.REMEMBERED.toDays())
                        .update());
    }
}
