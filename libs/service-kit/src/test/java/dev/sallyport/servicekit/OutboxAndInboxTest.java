package dev.sallyport.servicekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.servicekit.app.RunningService;
import dev.sallyport.servicekit.app.TinyService.Announcements;
import dev.sallyport.servicekit.app.TinyService.Effects;
import dev.sallyport.servicekit.app.TinyService.Ledger;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.AuditEvent;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutboxAndInboxTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private RunningService service;

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of());
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void aPublishedStatementIsAppliedByItsConsumer() {
        Digest digest = announce("config:1", AuditEvent.CONFIG_CHANGED);
        await().atMost(SOON).until(() -> effects(digest) == 1);
    }

    @Test
    void aStatementOfATransactionThatIsUndoneDoesNotExist() {
        long before = outboxRows();
        assertThatThrownBy(
                        () -> service.bean(Announcements.class).announce("config:2", AuditEvent.CONFIG_CHANGED, true))
                .isInstanceOf(IllegalStateException.class);
        assertThat(outboxRows()).isEqualTo(before);
    }

    @Test
    void aRowStaysUntilTheLedgerHasTheStatement() {
        Digest digest = announce("config:3", AuditEvent.CONFIG_CHANGED);
        await().atMost(SOON).until(() -> effects(digest) == 1);
        assertThat(rows(digest)).isEqualTo(1);
        service.bean(Ledger.class).includedAndEnded.put(digest, false);
        await().atMost(SOON).until(() -> rows(digest) == 0);
    }

    @Test
    void aDatabaseErrorInAHandlerIsRetriedAndNeverDeadLettered() {
        service.bean(Effects.class).failures.set(3);
        Digest digest = announce("config:4", AuditEvent.CONFIG_CHANGED);
        await().atMost(SOON).until(() -> effects(digest) == 1);
        assertThat(service.bean(Effects.class).failures.get()).isZero();
    }

    private Digest announce(String subject, AuditEvent event) {
        return service.bean(Announcements.class).announce(subject, event, false);
    }

    private long effects(Digest digest) {
        return jdbc().sql("select count(*) from effect where digest = :digest")
                .param("digest", digest.hex())
                .query(Long.class)
                .single();
    }

    private long rows(Digest digest) {
        return jdbc().sql("select count(*) from kit_outbox where digest = :digest")
                .param("digest", digest.bytes())
                .query(Long.class)
                .single();
    }

    private long outboxRows() {
        return jdbc().sql("select count(*) from kit_outbox").query(Long.class).single();
    }

    private JdbcClient jdbc() {
        return service.bean(JdbcClient.class);
    }
}
