package dev.sallyport.attestation.log;

import dev.sallyport.attestation.log.LedgerException.SecondHistory;
import dev.sallyport.attestation.log.LedgerStore.NewCertificate;
import dev.sallyport.attestation.log.LedgerStore.NewEntry;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.dsse.EnvelopeRefusedException;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.EntryBundle;
import dev.sallyport.tlog.LogPath;
import dev.sallyport.tlog.LogPath.BundleId;
import dev.sallyport.tlog.LogPath.TileId;
import dev.sallyport.tlog.RightEdge;
import dev.sallyport.tlog.TiledTree;
import dev.sallyport.tlog.TlogException;
import dev.sallyport.tlog.TreeHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Restores a database that was set back to an older state (a restored backup): the missing entries are inserted again
 * from the log's files, in one transaction or not at all, and lead to the very root of the last signed checkpoint.
 * Until then nothing is appended, since another entry at an index that was signed before would be a second history for
 * ever.
 */
@Component
class LogRestoration {
    private static final Logger log = LoggerFactory.getLogger(LogRestoration.class);

    private final LedgerStore store;
    private final TileArchive archive;
    private final LogIdentity identity;
    private final TransactionTemplate transactions;

    LogRestoration(LedgerStore store, TileArchive archive, LogIdentity identity, TransactionTemplate transactions) {
        this.store = store;
        this.archive = archive;
        this.identity = identity;
        this.transactions = transactions;
    }

    /** {@link SecondHistory} when the database holds less than was signed. */
    void verifyContinues(TreeState state) {
        signed().filter(checkpoint -> checkpoint.size() > state.size()).ifPresent(checkpoint -> {
            throw new SecondHistory("The database holds " + state.size() + " entries, but a checkpoint of "
                    + checkpoint.size() + " was signed: the database was set back to an older state.");
        });
    }

    /**
     * Inserts the missing entries again if the database was set back.
     *
     * @throws SecondHistory when the files do not suffice, or the database holds other entries than those signed
     */
    void restoreIfSetBack() {
        Optional<Checkpoint> signed = signed();
        if (signed.isPresent() && signed.get().size() > store.state().size()) {
            transactions.executeWithoutResult(_ -> restore(store.lockState(), signed.get()));
        }
    }

    private Optional<Checkpoint> signed() {
        return archive.checkpoint().map(identity::open);
    }

    private void restore(TreeState from, Checkpoint signed) {
        if (from.size() >= signed.size()) {
            return;
        }
        log.warn(
                "the database was set back to {} of {} signed entries; the others are inserted again from the files",
                from.size(),
                signed.size());
        try {
            if (!new TiledTree(from.size(), tile -> archived(tile, signed.size()))
                    .root()
                    .equals(from.root())) {
                throw new SecondHistory("The database holds other entries than those signed: its " + from.size()
                        + " entries are not the first ones of the signed " + signed.size() + ".");
            }
            RightEdge edge = RightEdge.load(from.size(), store);
            for (long index = from.size() / LogPath.FULL; index * LogPath.FULL < signed.size(); index++) {
                edge = append(edge, BundleId.inTree(index, signed.size()));
            }
            if (!edge.root().equals(signed.root())) {
                throw unsuitable("they do not lead to the root that was signed");
            }
            store.advance(from, signed.size(), edge.root());
        } catch (TlogException e) {
            throw unsuitable(String.valueOf(e.getMessage()));
        }
        log.warn("the database holds all {} signed entries again", signed.size());
    }

    /** Appends the entries of a bundle that the tree does not have yet. */
    private RightEdge append(RightEdge edge, BundleId bundle) {
        List<byte[]> envelopes = EntryBundle.decode(
                archive.read(bundle).orElseThrow(() -> unsuitable("there is no " + bundle.path())), bundle.width());
        byte[] signers = archive.signers(bundle.index())
                .filter(all -> all.length >= bundle.width() * TreeHash.BYTES)
                .orElseThrow(() -> unsuitable("the signers of " + bundle.path() + " are not there"));
        List<NewEntry> entries = new ArrayList<>();
        List<NewCertificate> certificates = new ArrayList<>();
        for (int i = (int) (edge.size() - bundle.index() * LogPath.FULL); i < bundle.width(); i++) {
            long index = bundle.index() * LogPath.FULL + i;
            Envelope envelope = envelope(index, envelopes.get(i));
            bound(index, envelope.payload())
                    .filter(binding -> !known(binding, certificates))
                    .ifPresent(certificates::add);
            Digest certificate =
                    Digest.ofRaw(Arrays.copyOfRange(signers, i * TreeHash.BYTES, (i + 1) * TreeHash.BYTES));
            entries.add(NewEntry.of(index, envelope, certificate));
        }
        verifyBound(entries, certificates);
        RightEdge.Growth grown =
                edge.append(entries.stream().map(NewEntry::leaf).toList());
        store.insertCertificates(certificates);
        store.insertEntries(entries);
        store.storeTiles(grown.tiles());
        return grown.edge();
    }

    private void verifyBound(List<NewEntry> entries, List<NewCertificate> certificates) {
        Set<Digest> signers =
                new HashSet<>(entries.stream().map(NewEntry::certificate).toList());
        certificates.forEach(certificate -> signers.remove(certificate.digest()));
        signers.removeAll(store.bound(signers));
        if (!signers.isEmpty()) {
            throw unsuitable(
                    "no entry binds the certificate " + signers.iterator().next());
        }
    }

    /** The certificate that an entry binds, if it is about one. */
    private Optional<NewCertificate> bound(long index, byte[] payload) {
        try {
            if (!(Statement.parse(payload).predicate() instanceof Audit audit)
                    || audit.event() != AuditEvent.KEY_BOUND) {
                return Optional.empty();
            }
            Digest certificate = new Digest(String.valueOf(audit.attributes().get("certificate_sha256")));
            return archive.chain(certificate)
                    .map(chain -> new NewCertificate(
                            certificate,
                            chain,
                            String.valueOf(audit.attributes().get("spiffe_id")),
                            index));
        } catch (StatementRefusedException | IllegalArgumentException _) {
            // Not about a key in a known form. verifyBound finds the keys that are needed and missing.
            return Optional.empty();
        }
    }

    private boolean known(NewCertificate binding, List<NewCertificate> certificates) {
        return certificates.stream().anyMatch(other -> other.digest().equals(binding.digest()))
                || !store.bound(List.of(binding.digest())).isEmpty();
    }

    private static Envelope envelope(long index, byte[] leaf) {
        try {
            return Envelope.decode(leaf);
        } catch (EnvelopeRefusedException _) {
            throw unsuitable("entry " + index + " is no envelope");
        }
    }

    /** A tile from the archive of the signed tree, which has it in this width or in a wider one. */
    private byte[] archived(TileId tile, long signed) {
        int length = tile.width() * TreeHash.BYTES;
        byte[] hashes = archive.read(TileId.inTree(tile.level(), tile.index(), signed))
                .filter(found -> found.length >= length)
                .orElseThrow(() -> unsuitable("there is no " + tile.path()));
        return Arrays.copyOf(hashes, length);
    }

    private static SecondHistory unsuitable(String reason) {
        return new SecondHistory("The database was set back to an older state and cannot be restored from the log's"
                + " files: " + reason + ". Restore a newer backup of the database, or the log's whole folder.");
    }
}
