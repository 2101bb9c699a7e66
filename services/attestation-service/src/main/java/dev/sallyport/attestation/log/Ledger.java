package dev.sallyport.attestation.log;

import dev.sallyport.attestation.detail.DetailStore;
import dev.sallyport.attestation.log.Batch.Arrival;
import dev.sallyport.attestation.log.Batch.Partition;
import dev.sallyport.attestation.log.LedgerStore.NewEntry;
import dev.sallyport.attestation.reading.ReadingStore;
import dev.sallyport.attestation.rejection.RejectedRecords;
import dev.sallyport.attestation.rejection.RejectionStore;
import dev.sallyport.tlog.RightEdge;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Appends to the log. A batch is appended in one transaction or not at all. A statement becomes a leaf once, however
 * often it arrives and whichever replica appends it. Order of events: appended (durable), then archived and published
 * by {@link CheckpointPublisher}.
 */
@Service
public class Ledger {
    private final LedgerStore store;
    private final RejectionStore rejections;
    private final ReadingStore readings;
    private final DetailStore details;
    private final LedgerAudit audit;
    private final int rejectionLeavesPerMinute;
    private final LogRestoration restoration;
    private final TransactionTemplate transactions;
    private final ApplicationEventPublisher events;
    private final Counter appended;
    private final Counter repeated;
    private final Timer batches;
    private volatile @Nullable RightEdge lastEdge;

    Ledger(
            LedgerStore store,
            RejectionStore rejections,
            ReadingStore readings,
            DetailStore details,
            LedgerAudit audit,
            LedgerProperties properties,
            LogRestoration restoration,
            TransactionTemplate transactions,
            ApplicationEventPublisher events,
            MeterRegistry metrics) {
        this.store = store;
        this.rejections = rejections;
        this.readings = readings;
        this.details = details;
        this.audit = audit;
        this.rejectionLeavesPerMinute = properties.rejectionLeavesPerMinute();
        this.restoration = restoration;
        this.transactions = transactions;
        this.events = events;
        this.appended = Counter.builder("sallyport.ledger.appended")
                .description("leaves appended, those about keys and rejections among them")
                .register(metrics);
        this.repeated = Counter.builder("sallyport.ledger.repeated")
                .description("statements that were leaves already")
                .register(metrics);
        this.batches = Timer.builder("sallyport.ledger.append")
                .description("one batch's transaction")
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(25),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(2))
                .register(metrics);
    }

    /**
     * The result of appending a batch.
     *
     * @param size of the tree afterwards
     * @param appended number of new leaves, those about keys and rejections among them
     * @param repeated number of statements that were leaves already
     */
    public record Outcome(long size, int appended, int repeated) {}

    /** The log has grown; published after the commit. */
    public record Grown(long size) {}

    /** Appends a batch of verified statements; {@link LedgerException.LostRace} if somebody else wrote meanwhile. */
    public Outcome append(Batch batch) {
        long began = System.nanoTime();
        Outcome outcome = transactions.execute(_ -> appendLocked(batch));
        batches.record(Duration.ofNanos(System.nanoTime() - began));
        return counted(outcome);
    }

    /** The offset to read next; empty before the first append from the partition of this very topic. */
    public OptionalLong nextOffset(Partition partition) {
        return store.nextOffset(partition);
    }

    /**
     * Reports the rejected records that have no leaf of their own, in one leaf for each topic. Does nothing until one
     * of them has waited that long.
     *
     * @return whether there may be more to report
     */
    boolean reportRejections(Duration waited) {
        if (!rejections.unreportedFor(waited)) {
            return false;
        }
        return counted(transactions.execute(_ -> reportLocked())).appended() > 0;
    }

    /** Tells of the readings of each period that has ended, in one leaf for each reader. */
    void reportReadings() {
        if (readings.finished()) {
            counted(transactions.execute(_ -> {
                TreeState state = locked();
                PendingLeaves leaves = pending(state, List.of());
                readings.take().forEach(read -> leaves.addOwn(audit.read(read)));
                return write(state, leaves);
            }));
        }
    }

    private Outcome counted(Outcome outcome) {
        appended.increment(outcome.appended());
        repeated.increment(outcome.repeated());
        if (outcome.appended() > 0) {
            events.publishEvent(new Grown(outcome.size()));
        }
        return outcome;
    }

    private Outcome reportLocked() {
        TreeState state = locked();
        PendingLeaves leaves = pending(state, List.of());
        for (String topic : rejections.unreportedTopics()) {
            RejectedRecords records = rejections.unreported(topic);
            rejections.markReported(records, leaves.addOwn(audit.rejected(records)));
        }
        return write(state, leaves);
    }

    private Outcome appendLocked(Batch batch) {
        TreeState state = locked();
        PendingLeaves leaves = pending(state, batch.arrivals());
        batch.arrivals().forEach(leaves::add);
        Outcome outcome = write(state, leaves);
        if (!leaves.rejected().isEmpty()) {
            rejections.insert(leaves.rejected());
            rejections.countLeaves(leaves.singleReports());
        }
        details.insert(batch.details());
        store.storeOffsets(batch.nextOffsets());
        return outcome;
    }

    private PendingLeaves pending(TreeState state, List<Arrival> arrivals) {
        return new PendingLeaves(state.size(), arrivals, store, rejections, audit, rejectionLeavesPerMinute);
    }

    /**
     * Nobody appends to a database that was set back: a new entry at an index once signed would be a second history.
     */
    private TreeState locked() {
        TreeState state = store.lockState();
        restoration.verifyContinues(state);
        return state;
    }

    /**
     * The tree's right edge. The one that this process wrote last counts where it leads to the very root in the database:
     * nobody has written since, and nothing was undone.
     */
    private RightEdge edge(TreeState state) {
        RightEdge last = lastEdge;
        return last != null && last.size() == state.size() && last.root().equals(state.root())
                ? last
                : RightEdge.load(state.size(), store);
    }

    private Outcome write(TreeState state, PendingLeaves leaves) {
        List<NewEntry> entries = leaves.entries();
        if (!entries.isEmpty()) {
            RightEdge.Growth grown =
                    edge(state).append(entries.stream().map(NewEntry::leaf).toList());
            store.insertCertificates(leaves.certificates());
            store.insertEntries(entries);
            store.storeTiles(grown.tiles());
            store.advance(state, grown.edge().size(), grown.edge().root());
            lastEdge = grown.edge();
        }
        return new Outcome(state.size() + entries.size(), entries.size(), leaves.repeated());
    }
}
