package dev.sallyport.attestation.log;

import dev.sallyport.attestation.detail.DetailStore;
import dev.sallyport.attestation.log.Batch.Arrival;
import dev.sallyport.attestation.log.LedgerStore.NewCertificate;
import dev.sallyport.attestation.log.LedgerStore.NewEntry;
import dev.sallyport.attestation.log.LedgerStore.NewRejection;
import dev.sallyport.statements.Digest;
import dev.sallyport.tlog.RightEdge;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
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
    private final DetailStore details;
    private final OwnStatements own;
    private final TransactionTemplate transactions;
    private final ApplicationEventPublisher events;
    private final Counter appended;
    private final Counter repeated;

    Ledger(
            LedgerStore store,
            DetailStore details,
            OwnStatements own,
            TransactionTemplate transactions,
            ApplicationEventPublisher events,
            MeterRegistry metrics) {
        this.store = store;
        this.details = details;
        this.own = own;
        this.transactions = transactions;
        this.events = events;
        this.appended = metrics.counter("sallyport.ledger.appended");
        this.repeated = metrics.counter("sallyport.ledger.repeated");
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
        Outcome outcome = transactions.execute(status -> appendLocked(batch));
        appended.increment(outcome.appended());
        repeated.increment(outcome.repeated());
        if (outcome.appended() > 0) {
            events.publishEvent(new Grown(outcome.size()));
        }
        return outcome;
    }

    private Outcome appendLocked(Batch batch) {
        TreeState state = store.lockState();
        Growth growth = new Growth(state.size(), batch);
        for (Arrival arrival : batch.arrivals()) {
            switch (arrival) {
                case Arrival.Stated(Testimony testimony) -> growth.add(testimony);
                case Arrival.Rejected(RejectedRecord record) -> growth.reject(record);
            }
        }
        if (!growth.entries.isEmpty()) {
            RightEdge.Growth grown = RightEdge.load(state.size(), store)
                    .append(growth.entries.stream().map(NewEntry::leaf).toList());
            store.insertCertificates(growth.certificates);
            store.insertEntries(growth.entries);
            store.insertRejections(growth.rejections);
            store.storeTiles(grown.tiles());
            store.advance(state, grown.edge().size(), grown.edge().root());
        }
        details.insert(batch.details());
        store.storeOffsets(batch.nextOffsets());
        return new Outcome(state.size() + growth.entries.size(), growth.entries.size(), growth.repeated);
    }

    /** The leaves of one batch as they get their indexes. */
    private final class Growth {
        private final long size;
        private final Set<Digest> known;
        private final Set<Digest> bound;
        private final Set<List<Object>> rejected = new LinkedHashSet<>();
        private final List<NewEntry> entries = new ArrayList<>();
        private final List<NewCertificate> certificates = new ArrayList<>();
        private final List<NewRejection> rejections = new ArrayList<>();
        private int repeated;

        Growth(long size, Batch batch) {
            this.size = size;
            Map<Digest, Digest> certificateOf = new LinkedHashMap<>();
            for (Arrival arrival : batch.arrivals()) {
                if (arrival instanceof Arrival.Stated(Testimony testimony)) {
                    certificateOf.put(
                            testimony.digest(), testimony.certificate().digest());
                }
            }
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

        void reject(RejectedRecord record) {
            if (!rejected.add(List.of(record.position(), record.digest())) || store.rejected(record)) {
                repeated++;
                return;
            }
            Testimony about = own.rejected(record);
            addOwn(about);
            rejections.add(new NewRejection(record, size + entries.size() - 1));
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

        private void addOwn(Testimony testimony) {
            bindOwn(testimony.certificate());
            entries.add(NewEntry.of(size + entries.size(), testimony));
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
