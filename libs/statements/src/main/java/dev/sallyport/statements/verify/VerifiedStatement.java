package dev.sallyport.statements.verify;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.record.SignedStatement;

/**
 * A statement whose signature, signer, role, fleet, form and time have been checked.
 *
 * @param signed the bytes as received
 * @param statement what they say
 * @param chain the signer's validated chain
 */
public record VerifiedStatement(SignedStatement signed, Statement statement, SigningChain chain) {
    /** The identity of the statement. */
    public Digest digest() {
        return signed.digest();
    }
}
