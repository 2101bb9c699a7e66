package dev.sallyport.policy.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.engine.rule.Obligations;
import dev.sallyport.policy.engine.rule.PolicyEffect;
import dev.sallyport.policy.engine.rule.PolicyRule;
import dev.sallyport.policy.engine.rule.PolicyTier;
import dev.sallyport.statements.Digest;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why a decision came out as it did, and what would change it. Holds what policies saw, so never an argument's value
 * beyond the typed attributes, and no secret.
 *
 * @param code the decision's code
 * @param determining the rules that determined it
 * @param nearMisses permits that would have matched had their conditions held
 * @param toAllow what would make it allowed, one sentence each; empty for an allowed request
 * @param errors what failed
 * @param obligations what the determining rules demand
 * @param principal who asked
 * @param action what for
 * @param resource on what
 * @param context the attributes as policies saw them
 * @param policySetVersion the set that decided, null where none did
 * @param requestHash SHA-256 of a salt and the canonical request, null where it could not be written down
 * @param logOnly the rules that are only watched and whose conditions held: what they would have done
 */
public record PolicyExplanation(
        DecisionCode code,
        List<DeterminingRule> determining,
        List<NearMiss> nearMisses,
        List<String> toAllow,
        List<String> errors,
        Obligations obligations,
        String principal,
        String action,
        String resource,
        Map<String, Object> context,
        @Nullable Digest policySetVersion,
        @Nullable Digest requestHash,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<DeterminingRule> logOnly) {
    /** An explanation travels beside its statement: of a longer policy, its beginning must do. */
    private static final int LONGEST_SOURCE = 4_000;

    /**
     * A rule that determined the decision.
     *
     * @param id its name
     * @param digest SHA-256 of its source
     * @param tier hard or approval
     * @param effect permit or forbid
     * @param file where it stands
     * @param line the line it begins at
     * @param annotations its annotations
     * @param source its text, or the beginning of a long one
     */
    public record DeterminingRule(
            String id,
            Digest digest,
            PolicyTier tier,
            PolicyEffect effect,
            String file,
            int line,
            Map<String, String> annotations,
            String source) {
        static DeterminingRule of(PolicyRule rule) {
            return of(rule, LONGEST_SOURCE);
        }

        /** With at most so many characters of the source. */
        static DeterminingRule of(PolicyRule rule, int longestSource) {
            return new DeterminingRule(
                    rule.id(),
                    rule.identity().digest(),
                    rule.tier(),
                    rule.effect(),
                    rule.file(),
                    rule.line(),
                    rule.annotations(),
                    beginning(rule.source(), longestSource));
        }
    }

    /**
     * A permit whose head matched but whose conditions did not all hold.
     *
     * @param id its name
     * @param failed the conditions that did not hold
     */
    public record NearMiss(String id, List<FailedCondition> failed) {}

    /**
     * A condition that did not hold.
     *
     * @param condition its text
     * @param attributes the context's attributes it looks at
     */
    public record FailedCondition(String condition, List<String> attributes) {}

    /** The same, with this as what would make it allowed. */
    public PolicyExplanation allowedBy(String remedy) {
        return allowedBy(List.of(remedy));
    }

    /** The same, with these before all else that would make it allowed. */
    public PolicyExplanation allowedFirstBy(List<String> hints) {
        return allowedBy(Stream.concat(hints.stream(), toAllow.stream()).toList());
    }

    private PolicyExplanation allowedBy(List<String> remedies) {
        return new PolicyExplanation(
                code,
                determining,
                nearMisses,
                remedies,
                errors,
                obligations,
                principal,
                action,
                resource,
                context,
                policySetVersion,
                requestHash,
                logOnly);
    }

    /** The text, or its first characters and an ellipsis. */
    static String beginning(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end) + "…";
    }

    static PolicyExplanation withoutPolicies(
            PolicyRequest request, Map<String, Object> context, ToolDecision decision) {
        return new PolicyExplanation(
                decision.code(),
                List.of(),
                List.of(),
                List.of(),
                decision.errors(),
                decision.obligations(),
                request.principal().toString(),
                request.action(),
                request.resource().toString(),
                context,
                decision.policySetVersion(),
                decision.requestHash(),
                List.of());
    }
}
