package dev.sallyport.servicekit.denylist;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.verify.Revocations.LedgerUnavailableException;
import java.util.Optional;

/**
 * Where the proof comes from that the ledger has a statement. attestation-service implements it on its own log, executor
 * control asks attestation-service, nodes ask control, everybody else asks attestation-service. None of them is believed:
 * the proof is verified with the pinned keys of the log.
 */
@FunctionalInterface
public interface LedgerProofs {
    /**
     * The proof (c2sp.org/tlog-proof) that a published checkpoint covers the statement; empty when none does.
     *
     * @throws LedgerUnavailableException when nobody answers
     */
    Optional<byte[]> proof(Digest statement);
}
