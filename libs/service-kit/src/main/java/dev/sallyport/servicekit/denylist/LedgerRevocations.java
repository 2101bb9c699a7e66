package dev.sallyport.servicekit.denylist;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.SigningChain;
import dev.sallyport.tlog.TlogException;
import dev.sallyport.tlog.TlogProof;
import dev.sallyport.tlog.VerifierKey;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The denylist, and for statements of revoked certificates the ledger. A leaf never moves, so that its index is remembered;
 * that the ledger does not have a statement is asked again each time.
 */
final class LedgerRevocations implements Revocations {
    private static final Logger log = LoggerFactory.getLogger(LedgerRevocations.class);
    private static final int MAX_REMEMBERED = 4096;

    private final Denylist denylist;
    private final Supplier<LedgerProofs> proofs;
    private final List<VerifierKey> logKeys;

    private final Map<Digest, Long> indexes = new ConcurrentHashMap<>();

    /**
     * Revocations of one fleet.
     *
     * @param proofs looked up at the first use: the ledger itself needs a verifier
     */
    LedgerRevocations(Denylist denylist, Supplier<LedgerProofs> proofs, TrustRoots trust) {
        this.denylist = denylist;
        this.proofs = proofs;
        this.logKeys = trust.logKeys().stream().map(VerifierKey::parse).toList();
    }

    @Override
    public OptionalLong refusedFrom(SigningChain chain) {
        return denylist.refusedFrom(chain.leaf(), chain.id());
    }

    @Override
    public boolean isLeafBelow(long index, SignedStatement statement) {
        if (index == 0) {
            return false;
        }
        OptionalLong found = indexOf(statement);
        return found.isPresent() && found.getAsLong() < index;
    }

    private OptionalLong indexOf(SignedStatement statement) {
        Digest digest = statement.digest();
        Long known = indexes.get(digest);
        if (known != null) {
            return OptionalLong.of(known);
        }
        byte[] proof = proofs.get().proof(digest).orElse(null);
        if (proof == null) {
            return OptionalLong.empty();
        }
        try {
            TlogProof parsed = TlogProof.parse(proof);
            parsed.verify(statement.envelope().encode(), logKeys);
            if (indexes.size() >= MAX_REMEMBERED) {
                indexes.clear();
            }
            indexes.put(digest, parsed.index());
            return OptionalLong.of(parsed.index());
        } catch (TlogException e) {
            log.warn("the proof that the ledger has statement {} does not hold: {}", digest, e.getMessage());
            return OptionalLong.empty();
        }
    }
}
