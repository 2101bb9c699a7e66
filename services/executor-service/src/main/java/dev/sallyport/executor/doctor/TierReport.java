package dev.sallyport.executor.doctor;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.vocabulary.Tier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether one tier is available here.
 *
 * @param available proven by running in it
 * @param why what stands in the way, null if available
 * @param fix what to change, null if available
 * @param facts what a canary's sandbox had in force
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TierReport(
        Tier tier,
        boolean available,
        @Nullable String backend,
        @Nullable String why,
        @Nullable String fix,
        List<Fact> facts) {
    static TierReport proven(Sandbox sandbox, List<Fact> facts) {
        return new TierReport(sandbox.tier(), true, sandbox.backend(), null, null, facts);
    }

    /** With the sandbox that could not be proven, null where there is none. */
    static TierReport missing(Tier tier, @Nullable Sandbox sandbox, String why, String fix) {
        return new TierReport(tier, false, sandbox == null ? null : sandbox.backend(), why, fix, List.of());
    }
}
