package dev.sallyport.statements.predicate;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.WireName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the policy said.
 *
 * @param code typed code, UPPER_SNAKE, for example {@code ALLOWED}
 * @param rules the determining policies
 * @param policySet content digest of the set that decided; absent where none did, which denies
 * @param requestHash SHA-256 of the 32 random bytes of the arguments' detail and the canonical request that was
 *     evaluated; absent where it could not be written down, which denies
 * @param explanation the full explanation, a detail
 */
public record Decision(
        Outcome outcome,
        String code,
        List<RuleRef> rules,
        @Nullable Digest policySet,
        @Nullable Digest requestHash,
        @Nullable DetailRef explanation) {
    /** The three answers of the policy. */
    public enum Outcome implements WireName {
        /** It may run. */
        ALLOW("allow"),
        /** It may not. */
        DENY("deny"),
        /** A human must say so. */
        APPROVAL_REQUIRED("approval_required");

        private final String wire;

        Outcome(String wire) {
            this.wire = wire;
        }

        @Override
        public String wire() {
            return wire;
        }
    }

    /** Copies the list. */
    public Decision {
        rules = List.copyOf(rules);
    }
}
