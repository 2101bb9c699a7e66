package dev.sallyport.policy.engine;

import dev.sallyport.servicekit.cache.RecentlyUsed;
import dev.sallyport.statements.Digest;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what was decided on a set about a request, to the last attribute. Only clean allows and denials: never a
 * question to a human, an error, a decision that an approval lifted something for, or one that a policy took by the time.
 */
final class DecisionCache {
    private static final int MOST = 1_024;

    /** Longer requests are rare, and each entry holds its own. */
    private static final int LONGEST_REQUEST = 4_096;

    private final RecentlyUsed<Key, Known> decisions = new RecentlyUsed<>(MOST);

    private record Key(Digest version, PolicyRequest request, PolicyRequestContext context) {
        static Key of(Digest version, PolicyRequest request, PolicyRequestContext context) {
            return new Key(version, request, context.at(context.at().truncatedTo(ChronoUnit.HOURS)));
        }
    }

    private static final class Known {
        private final ToolDecision decision;
        private final byte[] canonical;
        private volatile @Nullable Digest unsalted;

        Known(ToolDecision decision, byte[] canonical) {
            this.decision = decision;
            this.canonical = canonical;
        }

        /** The request's hash. Without a salt it is the same each time, and worked out once; a miss has no use for it. */
        Digest hash(byte[] salt) {
            Digest known = unsalted;
            if (salt.length > 0 || known == null) {
                known = PolicyEngine.requestHash(canonical, salt);
                if (salt.length == 0) {
                    unsalted = known;
                }
            }
            return known;
        }
    }

    /** The decision that this version has taken on this request, with the request's hash under this salt; else null. */
    @Nullable
    ToolDecision find(Digest version, PolicyRequest request, PolicyRequestContext context, byte[] salt) {
        Known known = decisions.get(Key.of(version, request, context));
        return known == null ? null : known.decision.of(known.hash(salt));
    }

    /**
     * Remembers a decision, if it is one that may be remembered.
     *
     * @param timeless whether no policy that may have had a say looks at the time
     * @param canonical the request in canonical JSON
     */
    void keep(
            PolicyRequest request,
            PolicyRequestContext context,
            boolean timeless,
            byte[] canonical,
            ToolDecision decision) {
        Digest version = decision.policySetVersion();
        if (version != null
                && timeless
                && canonical.length <= LONGEST_REQUEST
                && decision.policyEnforced()
                && decision.errors().isEmpty()
                && !decision.approvalRequired()) {
            decisions.put(Key.of(version, request, context), new Known(decision, canonical));
        }
    }
}
