package dev.sallyport.attestation.log;

import dev.sallyport.attestation.detail.DetailStore;
import dev.sallyport.attestation.log.Batch.Arrival;
import dev.sallyport.attestation.log.LedgerStore.NewCertificate;
import dev.sallyport.attestation.log.LedgerStore.NewEntry;
import dev.sallyport.attestation.log.RejectionStore.Identity;
import dev.sallyport.attestation.log.RejectionStore.NewRejection;
import dev.sallyport.statements.Digest;
import dev.sallyport.tlog.RightEdge;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Appends to the log. A batch is appended in one transaction or not at all; a statement becomes a leaf once, however often
 * it arrives and whichever replica appends it. Order of events: appended (durable), then archived and published by
 * {@link CheckpointPublisher}.
 */
@Service
public class Ledger {
    private final LedgerStore store;
    private final RejectionStore rejections;
    private final DetailStore details;
    private final OwnStatements own;
    private final int rejectionsTold;
    private final LogRebuild rebuild;
    private final TransactionTemplate transactions;
    private final ApplicationEventPublisher events;
    private final Counter appended;
    private final Counter repeated;
    private final Timer batches;

    Ledger(
            LedgerStore store,
            RejectionStore rejections,
            DetailStore details,
            OwnStatements own,
            LedgerProperties properties,
            LogRebuild rebuild,
            TransactionTemplate transactions,
            ApplicationEventPublisher events,
            MeterRegistry metrics) {
        this.store = store;
        this.rejections = rejections;
        this.details = details;
        this.own = own;
        this.rejectionsTold = properties.rejectionsTold();
        this.rebuild = rebuild;
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
     * What a batch came to.
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
        Outcome outcome = transactions.execute(status -> appendLocked(batch));
        batches.record(Duration.ofNanos(System.nanoTime() - began));
        return counted(outcome);
    }

    /**
     * Tells, in one leaf for each topic, of the rejected records that have got no leaf of their own, once one of them has
     * waited that long.
     *
     * @return whether there may be more to tell
     */
    public boolean tellOfRejections(Duration waited) {
        if (!rejections.untoldFor(waited)) {
            return false;
        }
        return counted(transactions.execute(status -> tellLocked())).appended() > 0;
    }

    private Outcome counted(Outcome outcome) {
        appended.increment(outcome.appended());
        repeated.increment(outcome.repeated());
        if (outcome.appended() > 0) {
            events.publishEvent(new Grown(outcome.size()));
        }
        return outcome;
    }

    private Outcome tellLocked() {
        TreeState state = locked();
        Growth growth = new Growth(state.size(), new Batch(List.of(), List.of(), Map.of()));
        for (String topic : rejections.untoldTopics()) {
            RejectedRecords records = rejections.untold(topic);
            rejections.told(records, growth.addOwn(own.rejected(records)));
        }
        grow(state, growth);
        return new Outcome(state.size() + growth.entries.size(), growth.entries.size(), 0);
    }

    private Outcome appendLocked(Batch batch) {
        TreeState state = locked();
        Growth growth = new Growth(state.size(), batch);
        for (Arrival arrival : batch.arrivals()) {
            switch (arrival) {
                case Arrival.Stated(Testimony testimony) -> growth.add(testimony);
                case Arrival.Rejected(RejectedRecord record) -> growth.reject(record);
            }
        }
        grow(state, growth);
        if (!growth.rejected.isEmpty()) {
            rejections.insert(growth.rejected);
            rejections.countLeaves(growth.leavesAboutOne);
        }
        details.insert(batch.details());
        store.storeOffsets(batch.nextOffsets());
        return new Outcome(state.size() + growth.entries.size(), growth.entries.size(), growth.repeated);
    }

    /** Nobody appends to a database that was set back: another entry where one was signed would be a second history. */
    private TreeState locked() {
        TreeState state = store.lockState();
        rebuild.verifyContinues(state);
        return state;
    }

    private void grow(TreeState state, Growth growth) {
        if (growth.entries.isEmpty()) {
            return;
        }
        RightEdge.Growth grown = RightEdge.load(state.size(), store)
                .append(growth.entries.stream().map(NewEntry::leaf).toList());
        store.insertCertificates(growth.certificates);
        store.insertEntries(growth.entries);
        store.storeTiles(grown.tiles());
        store.advance(state, grown.edge().size(), grown.edge().root());
    }

    /** The leaves of one batch as they get their indexes. */
    private final class Growth {
        private final long size;
        private final Set<Digest> known;
        private final Set<Digest> bound;
        private final Set<Identity> knownRejections;
        private final int leavesLeft;
        private final List<NewEntry> entries = new ArrayList<>();
        private final List<NewCertificate> certificates = new ArrayList<>();
        private final List<NewRejection> rejected = new ArrayList<>();
        private int leavesAboutOne;
        private int repeated;

        Growth(long size, Batch batch) {
            this.size = size;
            Map<Digest, Digest> certificateOf = new LinkedHashMap<>();
            List<RejectedRecord> refused = new ArrayList<>();
            for (Arrival arrival : batch.arrivals()) {
                switch (arrival) {
                    case Arrival.Stated(Testimony testimony) ->
                        certificateOf.put(
                                testimony.digest(), testimony.certificate().digest());
                    case Arrival.Rejected(RejectedRecord record) -> refused.add(record);
                }
            }
            knownRejections = rejections.known(refused);
            leavesLeft = refused.isEmpty() ? 0 : rejectionsTold - rejections.leavesOfThisMinute();
            known = store.appended(certificateOf.keySet());
            bound = store.bound(new LinkedHashSet<>(certificateOf.values()));
        }

        void add(Testimony testimony) {
            if (!known.add(testimony.digest())) {
                repeated++;
                return;
            }
            bind(testimony.certificate());
            entries.add(NewEntry.of(size + entries.size(), testimony));
        }

        /** Told of alone below the rate, else noted, to be told of with others. */
        void reject(RejectedRecord record) {
            if (!knownRejections.add(Identity.of(record))) {
                repeated++;
                return;
            }
            Long index = null;
            if (leavesAboutOne < leavesLeft) {
                leavesAboutOne++;
                index = addOwn(own.rejected(record));
            }
            rejected.add(new NewRejection(record, index));
        }

        /** A certificate is bound by a statement of our own before the first leaf under it; ours by itself. */
        private void bind(SigningCertificate certificate) {
            if (bound.contains(certificate.digest())) {
                return;
            }
            Testimony binding = own.keyBound(certificate);
            if (!binding.certificate().digest().equals(certificate.digest())) {
                bindOwn(binding.certificate());
            }
            bound.add(certificate.digest());
            certificates.add(new NewCertificate(certificate, size + entries.size()));
            entries.add(NewEntry.of(size + entries.size(), binding));
        }

        /** The index that it gets. */
        long addOwn(Testimony testimony) {
            bindOwn(testimony.certificate());
            long index = size + entries.size();
            entries.add(NewEntry.of(index, testimony));
            return index;
        }

        private void bindOwn(SigningCertificate certificate) {
            if (!bound.contains(certificate.digest())
                    && store.bound(List.of(certificate.digest())).isEmpty()) {
                bind(certificate);
            }
            bound.add(certificate.digest());
        }
    }
}
