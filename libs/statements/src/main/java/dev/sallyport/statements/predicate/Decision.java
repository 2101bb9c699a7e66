package dev.sallyport.statements.predicate;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.statements.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the policy said.
 *
 * @param code typed code, UPPER_SNAKE, for example {@code ALLOWED}
 * @param rules the determining policies
 * @param policySet content digest of the active set
 * @param requestHash SHA-256 of the canonical request that was evaluated
 * @param explanation the full explanation, a detail
 */
public record Decision(
        Outcome outcome,
        String code,
        List<RuleRef> rules,
        Digest policySet,
        Digest requestHash,
        @Nullable DetailRef explanation) {
    /** The three answers of the policy. */
    public enum Outcome {
        /** It may run. */
        @JsonProperty("allow")
        ALLOW,
        /** It may not. */
        @JsonProperty("deny")
        DENY,
        /** A human must say so. */
        @JsonProperty("approval_required")
        APPROVAL_REQUIRED
    }

    /** Copies the list. */
    public Decision {
        rules = List.copyOf(rules);
    }
}
