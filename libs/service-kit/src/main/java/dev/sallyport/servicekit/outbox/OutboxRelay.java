package dev.sallyport.servicekit.outbox;

import dev.sallyport.servicekit.kafka.KafkaClients;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import dev.sallyport.servicekit.telemetry.Traces;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Sends what lies in the outbox. One relay of a service is active: the one whose connection holds the advisory lock, and
 * all its work goes through that connection, so that losing the lock ends the work too.
 */
final class OutboxRelay implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);
    /** "sallyout" as a number; the lock is per database, hence per service. */
    private static final long LOCK = 0x73616c6c796f7574L;

    /**
     * A connection is given back after so long, however well all goes: the pool keeps none for longer than a certificate
     * lives, and this one would else stay for days.
     */
    private static final long HELD_AT_MOST_NANOS = Duration.ofMinutes(10).toNanos();

    private static final Duration POLL = Duration.ofMillis(500);
    /** New rows are looked for at each commit. Rows to be sent again are looked for at most this often. */
    private static final long REPEATS_EVERY_NANOS = Duration.ofSeconds(15).toNanos();

    private static final long DELAY_NANOS = Duration.ofSeconds(2).toNanos();

    private final DataSource dataSource;
    private final KafkaClients kafka;
    private final OutboxBelief belief;
    private final RepeatedTask task;
    private final Counter sent;
    private volatile boolean active;
    private volatile @Nullable Producer<String, byte[]> producer;
    private long repeatsLookedFor = System.nanoTime();
    private final Set<Long> delayed = new HashSet<>();
    private long delayedSince;

    OutboxRelay(DataSource dataSource, KafkaClients kafka, OutboxBelief belief, MeterRegistry metrics) {
        this.dataSource = dataSource;
        this.kafka = kafka;
        this.belief = belief;
        this.sent = Counter.builder("sallyport.outbox.sent")
                .description("records acknowledged by Kafka, resends included")
                .register(metrics);
        Gauge.builder("sallyport.outbox.relay.active", this, relay -> relay.active ? 1 : 0)
                .description("1 in the one replica that sends what lies in the outbox")
                .register(metrics);
        this.task = new RepeatedTask("outbox-relay", POLL, this::relay);
    }

    /** Something has been committed. */
    void wake() {
        task.wake();
    }

    @Override
    public void start() {
        task.start();
    }

    @Override
    public void stop() {
        task.stop();
        closeProducer();
    }

    @Override
    public boolean isRunning() {
        return task.isRunning();
    }

    /** It ends last, so that it can send what the others leave. */
    @Override
    public int getPhase() {
        return -1;
    }

    /** Holds the lock for as long as all goes well, but not on one connection for ever. */
    private void relay() throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            JdbcClient jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
            if (!jdbc.sql("select pg_try_advisory_lock(:lock)")
                    .param("lock", LOCK)
                    .query(Boolean.class)
                    .single()) {
                // Whoever holds the lock looks for repeats: after a take-over, not all of them are due at once.
                repeatsLookedFor = System.nanoTime();
                return;
            }
            try {
                active = true;
                OutboxTable table = new OutboxTable(jdbc);
                long since = System.nanoTime();
                while (task.isRunning() && System.nanoTime() - since < HELD_AT_MOST_NANOS) {
                    if (!send(table)) {
                        task.pause();
                    }
                }
            } finally {
                active = false;
                unlock(connection, jdbc);
            }
        }
    }

    /** A pooled connection must not go back with the lock. */
    private static void unlock(Connection connection, JdbcClient jdbc) throws SQLException {
        try {
            jdbc.sql("select pg_advisory_unlock(:lock)")
                    .param("lock", LOCK)
                    .query(Boolean.class)
                    .single();
        } catch (RuntimeException e) {
            connection.abort(Runnable::run);
            throw e;
        }
    }

    /** Sends one batch; whether there may be more. */
    private boolean send(OutboxTable table) throws InterruptedException {
        lookForRepeats(table);
        if (System.nanoTime() - delayedSince > DELAY_NANOS) {
            delayed.clear();
        }
        List<OutboxTable.Due> due = new ArrayList<>();
        for (OutboxTable.Due row : table.unsent(delayed)) {
            if (!row.repeated() || belief.holds(row.row())) {
                due.add(row);
            }
        }
        if (due.isEmpty()) {
            return false;
        }
        Producer<String, byte[]> out = openProducer();
        List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
        for (OutboxTable.Due row : due) {
            Future<RecordMetadata> acknowledgement = out.send(toKafka(row.row()));
            acknowledgements.add(acknowledgement);
            if (acknowledgement.state() == Future.State.FAILED) {
                // Without a broker every send blocks until its time is up: the rest waits for the next round.
                break;
            }
        }
        out.flush();
        List<Long> done = new ArrayList<>();
        List<Long> failed = new ArrayList<>();
        for (int i = 0; i < acknowledgements.size(); i++) {
            try {
                acknowledgements.get(i).get();
                done.add(due.get(i).id());
            } catch (ExecutionException e) {
                failed.add(due.get(i).id());
                log.warn(
                        "Kafka did not take statement {}",
                        due.get(i).row().digest(),
                        failed.size() == 1 ? e.getCause() : null);
            } catch (InterruptException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedException();
            }
        }
        table.sent(done);
        sent.increment(done.size());
        if (!failed.isEmpty()) {
            delay(failed);
            // Some errors of an idempotent producer are final for the producer, never for the statement.
            closeProducer();
        }
        return failed.isEmpty();
    }

    /** Rows that Kafka refused are passed over for a while, so that the others are sent first. */
    private void delay(List<Long> failed) {
        if (delayed.isEmpty()) {
            delayedSince = System.nanoTime();
        }
        delayed.addAll(failed);
    }

    private void lookForRepeats(OutboxTable table) {
        long now = System.nanoTime();
        if (now - repeatsLookedFor >= REPEATS_EVERY_NANOS) {
            // A moment too much: the database's clock is read a little later than this one.
            table.repeat(Duration.ofNanos(now - repeatsLookedFor).plusMillis(100));
            repeatsLookedFor = now;
        }
    }

    private static ProducerRecord<String, byte[]> toKafka(OutboxRow row) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(row.topic(), row.key(), row.record());
        // Hints for tools that know CloudEvents (Kafka protocol binding, section 3.2); no consumer reads them.
        header(record, "ce_specversion", "1.0");
        header(record, "ce_id", row.digest().hex());
        header(record, "ce_subject", row.subject());
        if (row.traceparent() != null) {
            header(record, Traces.TRACEPARENT, row.traceparent());
        }
        return record;
    }

    private static void header(ProducerRecord<String, byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private void closeProducer() {
        Producer<String, byte[]> open = producer;
        if (open != null) {
            producer = null;
            open.close(Duration.ofSeconds(2));
        }
    }

    private Producer<String, byte[]> openProducer() {
        Producer<String, byte[]> open = producer;
        if (open == null) {
            open = kafka.producer();
            producer = open;
        }
        return open;
    }
}
