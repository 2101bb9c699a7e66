package dev.sallyport.policy.engine.rule;

import dev.sallyport.statements.predicate.RuleRef;
import java.util.Map;

/**
 * One policy of a set, read once when the set was compiled.
 *
 * @param identity id and content digest
 * @param tier hard or approval
 * @param effect permit or forbid
 * @param file path within the set, for example {@code hard/roles.cedar}
 * @param line line of the policy's first character in that file, from 1
 * @param source the policy as written
 * @param annotations all annotations by key
 * @param obligations what the annotations oblige to
 * @param scope what the policy's head matches
 * @param json the policy in Cedar's JSON form, for explanations
 */
public record PolicyRule(
        RuleRef identity,
        PolicyTier tier,
        PolicyEffect effect,
        String file,
        int line,
        String source,
        Map<String, String> annotations,
        Obligations obligations,
        PolicyScope scope,
        String json) {
    /** The annotation of a policy that is watched and never decides. */
    static final String LOG_ONLY = "log_only";

    /** Copies the annotations. */
    public PolicyRule {
        annotations = Map.copyOf(annotations);
    }

    /** The policy's {@code @id}. */
    public String id() {
        return identity.id();
    }

    /** Whether it is only watched, by {@code @log_only}: what it would have done is explained, and decides nothing. */
    public boolean logOnly() {
        return annotations.containsKey(LOG_ONLY);
    }

    /** The code that {@code @code} names, {@link DecisionCode#FORBIDDEN} without one. */
    public DecisionCode code() {
        String code = annotations.get("code");
        return code == null ? DecisionCode.FORBIDDEN : DecisionCode.valueOf(code);
    }
}
