package dev.sallyport.attestation.log;

import dev.sallyport.attestation.detail.DetailStore;
import dev.sallyport.attestation.reading.ReadingLog;
import dev.sallyport.attestation.reading.ReadingStore;
import dev.sallyport.attestation.rejection.RejectionStore;
import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.identity.Pem;
import dev.sallyport.servicekit.denylist.StateProperties;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.identity.IdentityProperties;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The log's identity, archive and publication. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LedgerProperties.class)
class LogConfiguration {
    /** Each checkpoint signs, and writes the tiles at the right edge anew: ten a second at most. */
    private static final Duration BETWEEN_CHECKPOINTS = Duration.ofMillis(100);

    /** How soon an append by another replica is noticed. */
    private static final Duration POLL = Duration.ofMillis(500);

    @Bean
    LogIdentity logIdentity(IdentityProperties properties, IdentityInForce identity) {
        Path file = properties.dir().resolve("log").resolve("log.key");
        return LogIdentity.of(
                new String(OwnerOnly.read(file, Pem.LARGEST), StandardCharsets.US_ASCII), identity.trust());
    }

    @Bean
    TileArchive tileArchive(StateProperties state) {
        return new TileArchive(stateFolder(state).resolve("log"));
    }

    @Bean
    DetailStore detailStore(JdbcClient jdbc, JdbcTemplate batches, StateProperties state, LedgerProperties properties) {
        Path key = properties.detailKey();
        return new DetailStore(jdbc, batches, key == null ? stateFolder(state).resolve("detail.key") : key);
    }

    @Bean
    LedgerAudit ledgerAudit(IdentityInForce identity, Clock clock) {
        return new LedgerAudit(identity.trust().fleetId(), identity::signer, clock);
    }

    @Bean
    RepeatedTask checkpointPublication(CheckpointPublisher publisher) {
        return new RepeatedTask("checkpoint-publication", POLL, BETWEEN_CHECKPOINTS, publisher::publish);
    }

    /** Every replica may report; the lock of the tree lets one do it at a time. */
    @Bean
    RepeatedTask rejectionReports(Ledger ledger, LedgerProperties properties) {
        return new RepeatedTask("rejection-reports", Duration.ofSeconds(1), () -> {
            while (ledger.reportRejections(properties.rejectionReportAfter())) {
                // Each leaf holds a bounded number of records; the next one reports the rest.
            }
        });
    }

    @Bean
    RepeatedTask readingReports(Ledger ledger) {
        return new RepeatedTask("reading-reports", Duration.ofSeconds(1), ledger::reportReadings);
    }

    @Bean
    ReadingLog readingLog(
            ReadingStore readings, LedgerProperties properties, LogRestoration restoration, LedgerStore store) {
        return new ReadingLog(readings, properties.readingPeriod(), () -> restoration.verifyContinues(store.state()));
    }

    @Bean
    RepeatedTask rejectionForgetting(RejectionStore rejections) {
        return new RepeatedTask("rejection-forgetting", Duration.ofHours(1), rejections::forgetOld);
    }

    @Bean
    PublicationWake publicationWake(RepeatedTask checkpointPublication) {
        return new PublicationWake(checkpointPublication);
    }

    /** A log that does not publish is not ready: nothing would prove the statements that it is given. */
    @Bean
    HealthIndicator ledgerHealthIndicator(CheckpointPublisher publisher) {
        return () -> publisher
                .failure()
                .map(reason -> Health.down().withDetail("reason", reason).build())
                .orElseGet(() -> Health.up().build());
    }

    private static Path stateFolder(StateProperties state) {
        Path folder = state.dir();
        if (folder == null) {
            throw new IllegalStateException(
                    "sallyport.state.dir is not set: name a folder for the log's files and the details' key");
        }
        return folder;
    }

    /** Publishes at once when the log has grown. */
    static final class PublicationWake {
        private final RepeatedTask task;

        PublicationWake(RepeatedTask task) {
            this.task = task;
        }

        @EventListener
        void onGrown(Ledger.Grown grown) {
            task.wake();
        }
    }
}
