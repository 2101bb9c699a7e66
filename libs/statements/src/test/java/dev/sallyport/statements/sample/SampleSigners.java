package dev.sallyport.statements.sample;

import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.trust.SpiffeId;

/**
 * The keys of a fleet under test. Identities are named as their folders are: {@code policy-service}, {@code
 * node-default-node-1}.
 */
public interface SampleSigners {
    /** The fleet that every statement is for. */
    String fleetId();

    /** The SPIFFE id of an identity. */
    SpiffeId id(String identity);

    /** Signs any payload with the key of an identity, also what its own signer would refuse. */
    SignedStatement sign(String identity, byte[] payload);
}
