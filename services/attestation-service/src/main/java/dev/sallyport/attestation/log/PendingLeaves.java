package dev.sallyport.attestation.log;

import dev.sallyport.attestation.log.Batch.Arrival;
import dev.sallyport.attestation.log.LedgerStore.NewCertificate;
import dev.sallyport.attestation.log.LedgerStore.NewEntry;
import dev.sallyport.attestation.rejection.RejectedRecord;
import dev.sallyport.attestation.rejection.RejectionStore;
import dev.sallyport.attestation.rejection.RejectionStore.Identity;
import dev.sallyport.attestation.rejection.RejectionStore.NewRejection;
import dev.sallyport.statements.Digest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The leaves of one batch as they get their indexes, before anything is written. Used within the transaction that holds
 * the lock of the tree's state, so that no other index can be given out meanwhile.
 */
final class PendingLeaves {
    private final LedgerStore store;
    private final LedgerAudit audit;
    private final long size;
    private final Set<Digest> known;
    private final Set<Digest> bound;
    private final Set<Identity> knownRejections;
    private final int singleReportsLeft;
    private final List<NewEntry> entries = new ArrayList<>();
    private final List<NewCertificate> certificates = new ArrayList<>();
    private final List<NewRejection> rejected = new ArrayList<>();
    private int singleReports;
    private int repeated;

    /**
     * Starts behind a tree of that size, without any leaf. Looks up which of the arrivals the log has already.
     *
     * @param reportsPerMinute how many rejected records get a leaf of their own in a minute
     */
    PendingLeaves(
            long size,
            List<Arrival> arrivals,
            LedgerStore store,
            RejectionStore rejections,
            LedgerAudit audit,
            int reportsPerMinute) {
        this.store = store;
        this.audit = audit;
        this.size = size;
        Map<Digest, Digest> certificateOf = new LinkedHashMap<>();
        List<RejectedRecord> refused = new ArrayList<>();
        for (Arrival arrival : arrivals) {
            switch (arrival) {
                case Arrival.Stated(LeafCandidate candidate) ->
                    certificateOf.put(
                            candidate.digest(), candidate.certificate().digest());
                case Arrival.Rejected(RejectedRecord record) -> refused.add(record);
            }
        }
        this.knownRejections = rejections.known(refused);
        this.singleReportsLeft = refused.isEmpty() ? 0 : reportsPerMinute - rejections.leavesOfThisMinute();
        this.known = store.appended(certificateOf.keySet());
        this.bound = store.bound(new LinkedHashSet<>(certificateOf.values()));
    }

    void add(Arrival arrival) {
        switch (arrival) {
            case Arrival.Stated(LeafCandidate candidate) -> add(candidate);
            case Arrival.Rejected(RejectedRecord record) -> reject(record);
        }
    }

    private void add(LeafCandidate candidate) {
        if (!known.add(candidate.digest())) {
            repeated++;
            return;
        }
        bind(candidate.certificate());
        append(candidate);
    }

    /**
     * Below the rate limit each rejected record gets its own leaf. Above it, records wait until one leaf reports many
     * of them.
     */
    private void reject(RejectedRecord record) {
        if (!knownRejections.add(Identity.of(record))) {
            repeated++;
            return;
        }
        Long index = null;
        if (singleReports < singleReportsLeft) {
            singleReports++;
            index = addOwn(audit.rejected(record));
        }
        rejected.add(new NewRejection(record, index));
    }

    /** Adds a statement of the ledger itself and returns the index that it gets. */
    long addOwn(LeafCandidate own) {
        bindOwn(own.certificate());
        return append(own);
    }

    /**
     * Binds a certificate by a statement of the ledger before the first leaf under it. The ledger's own certificate is
     * bound by a statement under that certificate itself.
     */
    private void bind(SigningCertificate certificate) {
        if (bound.contains(certificate.digest())) {
            return;
        }
        LeafCandidate binding = audit.keyBound(certificate);
        if (!binding.certificate().digest().equals(certificate.digest())) {
            bindOwn(binding.certificate());
        }
        bound.add(certificate.digest());
        certificates.add(new NewCertificate(certificate, append(binding)));
    }

    private void bindOwn(SigningCertificate certificate) {
        if (!bound.contains(certificate.digest())
                && store.bound(List.of(certificate.digest())).isEmpty()) {
            bind(certificate);
        }
        bound.add(certificate.digest());
    }

    private long append(LeafCandidate candidate) {
        long index = size + entries.size();
        entries.add(NewEntry.of(index, candidate));
        return index;
    }

    /** The leaves, in the order of their indexes. */
    List<NewEntry> entries() {
        return entries;
    }

    /** The certificates that are bound by some of the leaves. */
    List<NewCertificate> certificates() {
        return certificates;
    }

    /** The rejections to store. */
    List<NewRejection> rejected() {
        return rejected;
    }

    /** How many of the leaves report a single rejected record. */
    int singleReports() {
        return singleReports;
    }

    /** How many arrivals the log had already. */
    int repeated() {
        return repeated;
    }
}
