package dev.sallyport.servicekit.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.servicekit.app.RawKafka;
import dev.sallyport.servicekit.app.RunningService;
import dev.sallyport.servicekit.app.TinyService.Announcements;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Records that wait together take effect together, and one that is refused takes none of the others with it. */
class BatchesTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void recordsThatWaitTogetherAreOneTransaction() {
        try (RunningService service = RunningService.start(Map.of("sallyport.inbox.concurrency", "1"))) {
            whileNobodyReads(service, () -> {
                for (int i = 0; i < 40; i++) {
                    announce(service, "config:" + i, AuditEvent.CONFIG_CHANGED);
                }
            });
            await().atMost(SOON).until(() -> effects(service) == 40);
            assertThat(transactions(service)).isLessThan(20);
        }
    }

    @Test
    void oneThatIsRefusedLeavesItsBatch() {
        try (RunningService service = RunningService.start(Map.of("sallyport.inbox.concurrency", "1"))) {
            whileNobodyReads(service, () -> {
                for (int i = 0; i < 10; i++) {
                    announce(service, "config:same", AuditEvent.CONFIG_CHANGED);
                    if (i == 5) {
                        announce(service, "config:same", AuditEvent.TOKEN_REVOKED);
                    }
                }
            });
            await().atMost(SOON).until(() -> effects(service) == 10);
            assertThat(RawKafka.all(service, "AuditRecorded.dlt")).hasSize(1);
        }
    }

    private static void whileNobodyReads(RunningService service, Runnable announcing) {
        service.bean(InboxContainer.class).stop();
        announcing.run();
        await().atMost(SOON)
                .until(() -> jdbc(service)
                                .sql("select count(*) from kit_outbox_unsent")
                                .query(Long.class)
                                .single()
                        == 0);
        service.bean(InboxContainer.class).start();
    }

    private static void announce(RunningService service, String subject, AuditEvent event) {
        service.bean(Announcements.class).announce(subject, event, false);
    }

    private static long effects(RunningService service) {
        return jdbc(service)
                .sql("select count(*) from effect")
                .query(Long.class)
                .single();
    }

    private static long transactions(RunningService service) {
        return jdbc(service)
                .sql("select count(distinct xmin::text) from effect")
                .query(Long.class)
                .single();
    }

    private static JdbcClient jdbc(RunningService service) {
        return service.bean(JdbcClient.class);
    }
}
