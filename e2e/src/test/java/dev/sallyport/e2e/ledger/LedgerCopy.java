package dev.sallyport.e2e.ledger;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.dsse.EnvelopeRefusedException;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.EntryBundle;
import dev.sallyport.tlog.LogPath;
import dev.sallyport.tlog.Proofs;
import dev.sallyport.tlog.Rfc6962;
import dev.sallyport.tlog.RightEdge;
import dev.sallyport.tlog.TiledTree;
import dev.sallyport.tlog.TreeHash;
import dev.sallyport.tlog.VerifierKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The whole log as anybody can read it: every entry, rebuilt to the root of the latest signed checkpoint. What is asked
 * of it is answered from the leaves, not from the ledger's own index.
 */
public final class LedgerCopy {
    private final Checkpoint checkpoint;
    private final List<Leaf> leaves;
    private final TiledTree tree;

    /** One statement in the log. */
    public record Leaf(long index, Envelope envelope, Statement statement) {
        public String subject() {
            return statement.subject().name();
        }
    }

    private LedgerCopy(Checkpoint checkpoint, List<Leaf> leaves, TiledTree tree) {
        this.checkpoint = checkpoint;
        this.leaves = leaves;
        this.tree = tree;
    }

    /** Reads everything below the latest checkpoint; fails when the entries do not lead to its root. */
    public static LedgerCopy read(Fleet fleet) {
        Api ledger = new Api(fleet.url("attestation-service"), "");
        Leaves entries = new Leaves(fleet);
        Checkpoint checkpoint = Checkpoint.open(ledger.bytes("/checkpoint"), logKeys(fleet));
        List<Leaf> leaves = new ArrayList<>();
        RightEdge edge = RightEdge.empty();
        while (edge.size() < checkpoint.size()) {
            LogPath.BundleId id = LogPath.BundleId.inTree(edge.size() / LogPath.FULL, checkpoint.size());
            List<TreeHash> hashes = new ArrayList<>();
            for (byte[] entry : EntryBundle.decode(entries.get("/" + id.path()), id.width())) {
                leaves.add(leaf(leaves.size(), entry));
                hashes.add(Rfc6962.leaf(entry));
            }
            edge = edge.append(hashes).edge();
        }
        if (checkpoint.size() > 0 && !edge.root().equals(checkpoint.root())) {
            throw new AssertionError("the entries do not lead to the root of the checkpoint of " + checkpoint.size());
        }
        return new LedgerCopy(
                checkpoint, leaves, new TiledTree(checkpoint.size(), id -> ledger.bytes("/" + id.path())));
    }

    /** The checkpoint that one replica shows now. */
    public static Checkpoint shownBy(Fleet fleet, String url) {
        return Checkpoint.open(new Api(url, "").bytes("/checkpoint"), logKeys(fleet));
    }

    /** The keys that may sign this fleet's checkpoints. */
    public static List<VerifierKey> logKeys(Fleet fleet) {
        return fleet.trust().logKeys().stream().map(VerifierKey::parse).toList();
    }

    public Checkpoint checkpoint() {
        return checkpoint;
    }

    List<Leaf> leaves() {
        return List.copyOf(leaves);
    }

    /** The statements about each call, by its id, in the order of the log. */
    public Map<String, List<Leaf>> calls() {
        return leaves.stream()
                .filter(leaf -> leaf.subject().startsWith("proposal:"))
                .collect(Collectors.groupingBy(leaf -> leaf.subject().substring("proposal:".length())));
    }

    /**
     * Proves from the served tiles that this history continues the one of an older checkpoint; a
     * {@link dev.sallyport.tlog.TlogException} or {@link IllegalArgumentException} says why it does not.
     */
    void verifyContinues(Checkpoint older) {
        if (!older.origin().equals(checkpoint.origin())) {
            throw new IllegalArgumentException("a checkpoint of another log: " + older.origin());
        }
        if (older.size() > 0) {
            Proofs.verifyConsistency(
                    older.size(), older.root(), checkpoint.size(), checkpoint.root(), tree.consistency(older.size()));
        }
    }

    private static Leaf leaf(long index, byte[] entry) {
        try {
            Envelope envelope = Envelope.decode(entry);
            return new Leaf(index, envelope, Statement.parse(envelope.payload()));
        } catch (EnvelopeRefusedException | StatementRefusedException e) {
            throw new AssertionError("leaf " + index + " is no statement", e);
        }
    }
}
