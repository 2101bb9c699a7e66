package dev.sallyport.e2e.ledger;

import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Mtls;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.dsse.EnvelopeRefusedException;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.EntryBundle;
import dev.sallyport.tlog.LogPath.BundleId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The ledger as one who may read it does: checkpoint and entry bundles. */
public final class Leaves {
    private static final int FULL = 256;

    private final Fleet fleet;

    public Leaves(Fleet fleet) {
        this.fleet = fleet;
    }

    /**
     * A leaf.
     *
     * @param digest the identity of its statement
     */
    public record Leaf(long index, Digest digest, Statement statement) {}

    /** The present tree, its signature verified. */
    public Checkpoint checkpoint() {
        return Checkpoint.open(get("/checkpoint"), LedgerCopy.logKeys(fleet));
    }

    /** Every leaf of the present tree. */
    public List<Leaf> all() {
        return from(0);
    }

    /** The leaves of the present tree from that index on. */
    public List<Leaf> from(long first) {
        long size = checkpoint().size();
        List<Leaf> leaves = new ArrayList<>();
        for (long bundle = first / FULL; bundle * FULL < size; bundle++) {
            BundleId id = BundleId.inTree(bundle, size);
            List<byte[]> entries = EntryBundle.decode(get("/" + id.path()), id.width());
            for (int i = 0; i < entries.size(); i++) {
                if (bundle * FULL + i >= first) {
                    leaves.add(leaf(bundle * FULL + i, entries.get(i)));
                }
            }
        }
        return leaves;
    }

    /** The attributes of the leaves from that index on about rejected records. */
    public List<Map<String, String>> rejections(long first) {
        return from(first).stream()
                .map(leaf -> leaf.statement().predicate())
                .filter(Audit.class::isInstance)
                .map(Audit.class::cast)
                .filter(audit -> audit.event() == AuditEvent.RECORD_REJECTED)
                .map(Audit::attributes)
                .toList();
    }

    private static Leaf leaf(long index, byte[] entry) {
        try {
            byte[] payload = Envelope.decode(entry).payload();
            return new Leaf(index, Digest.of(payload), Statement.parse(payload));
        } catch (EnvelopeRefusedException | StatementRefusedException e) {
            throw new AssertionError("leaf " + index + " is no statement", e);
        }
    }

    /** The content of the ledger is not for everybody; the owner may read it. */
    byte[] get(String path) {
        try (Mtls owner = Mtls.as(fleet, "owner")) {
            return owner.bytes(fleet.internalUrl("attestation-service") + path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
