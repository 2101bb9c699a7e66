package dev.sallyport.statements.verify;

import dev.sallyport.statements.record.SignedStatement;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which signing certificates are no longer believed, and which of their statements stay good.
 *
 * <p>A revocation names an index of the ledger. What was a leaf below it was public before anybody could have had the key,
 * and stays good: calls rest on it. Nothing else under the certificate counts.
 */
@FunctionalInterface
public interface Revocations {
    /** Nothing is revoked; for offline verification without a denylist. */
    Revocations NONE = chain -> OptionalLong.empty();

    /**
     * The index of the ledger from which statements under this chain are refused: 0 for all of them. Empty when the chain
     * is not revoked.
     */
    OptionalLong refusedFrom(SigningChain chain);

    /**
     * Whether the ledger has exactly this statement as a leaf below that index. By default nothing is known of any ledger.
     *
     * @throws LedgerUnavailableException when that cannot be found out now; the same question may be answered later
     */
    default boolean isLeafBelow(long index, SignedStatement statement) {
        return false;
    }

    /** The ledger could not be asked. This is a passing fault, and says nothing about the statement. */
    final class LedgerUnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** The fault, with what caused it. */
        public LedgerUnavailableException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
