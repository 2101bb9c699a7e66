package dev.sallyport.servicekit.outbox;

import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.kafka.KafkaClients;
import dev.sallyport.servicekit.kafka.TopicWatch;
import dev.sallyport.servicekit.kafka.Topics;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import dev.sallyport.servicekit.telemetry.Gauges;
import dev.sallyport.servicekit.telemetry.Readings;
import dev.sallyport.servicekit.telemetry.StatementObserver;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.verify.StatementVerifier;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The outbox; absent in a process without a database, such as an executor node. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBean(DataSource.class)
public class OutboxConfiguration {
    @Bean
    OutboxTable outboxTable(JdbcClient jdbc) {
        return new OutboxTable(jdbc);
    }

    @Bean
    OutboxBelief outboxBelief(
            StatementVerifier verifier,
            OutboxTable table,
            TransactionTemplate transaction,
            ObjectProvider<GivenUpStatements> concerned,
            MeterRegistry metrics) {
        // Looked up at the first use: whoever is told usually states something himself, and needs the outbox for that.
        return new OutboxBelief(
                verifier,
                table,
                transaction,
                List.of(record -> concerned.orderedStream().forEach(one -> one.givenUp(record))),
                metrics);
    }

    @Bean
    OutboxRelay outboxRelay(
            DataSource dataSource,
            KafkaClients kafka,
            OutboxBelief belief,
            MeterRegistry metrics,
            OutboxTable table,
            Topics topics,
            TopicWatch watch) {
        OutboxRelay relay = new OutboxRelay(dataSource, kafka, belief, metrics);
        // Every service may write this topic; whoever loses one of Kafka's topics loses them all.
        watch.whenMadeAnew(List.of(topics.of(StatementType.AUDIT)), () -> {
            table.sendAgain();
            relay.wake();
        });
        return relay;
    }

    @Bean
    StatementOutbox statementOutbox(
            IdentityInForce identity,
            StatementVerifier verifier,
            OutboxTable table,
            Topics topics,
            Traces traces,
            Clock clock,
            OutboxRelay relay,
            ObjectProvider<StatementObserver> observers) {
        return new StatementOutbox(
                identity,
                verifier,
                table,
                topics,
                traces,
                clock,
                relay::wake,
                observers.orderedStream().toList());
    }

    @Bean
    @ConditionalOnMissingBean
    InclusionSource inclusionSource(FleetClients fleet) {
        return new FleetInclusion(fleet);
    }

    @Bean
    Readings outboxReadings(OutboxTable table) {
        return gauges -> {
            OutboxTable.Backlog backlog = table.backlog();
            rows(gauges, "unsent", backlog.unsent(), backlog.oldestUnsentSeconds());
            rows(gauges, "unconfirmed", backlog.unconfirmed(), backlog.oldestUnconfirmedSeconds());
        };
    }

    private static void rows(Gauges gauges, String state, long rows, double oldestSeconds) {
        gauges.set(
                "sallyport.outbox.rows",
                "statements that Kafka has not taken, or that the ledger has not confirmed with their call's end",
                (double) rows,
                "state",
                state);
        gauges.set(
                "sallyport.outbox.oldest.seconds",
                "age of the oldest of them, 0 without",
                oldestSeconds,
                "state",
                state);
    }

    @Bean
    @ConditionalOnMissingBean
    AppliedSource appliedSource(FleetClients fleet) {
        return AppliedSource.of(fleet);
    }

    @Bean
    RepeatedTask inclusionPoll(OutboxTable table, InclusionSource ledger, AppliedSource recipients) {
        return new RepeatedTask(
                "inclusion-poll", Duration.ofSeconds(1), new InclusionPoll(table, ledger, recipients)::run);
    }
}
