package dev.sallyport.servicekit.outbox;

import dev.sallyport.statements.Digest;
import java.util.List;

/**
 * Says which statements the ledger has. attestation-service implements it on its own tables; everywhere else it is a call
 * to attestation-service.
 */
@FunctionalInterface
public interface InclusionSource {
    /**
     * What the ledger knows of one statement.
     *
     * @param digest the statement
     * @param included whether it is a leaf
     * @param ended whether its call has ended; outside a call, the same as included
     */
    record Inclusion(Digest digest, boolean included, boolean ended) {}

    /** One answer for each digest, of at most 1000. An unknown one is not included. */
    List<Inclusion> inclusion(List<Digest> digests);
}
