package dev.sallyport.skilltest;

import dev.sallyport.skillrunner.SkillResult;
import dev.sallyport.skillrunner.host.HostRequest;
import java.util.List;

/**
 * What came of a case.
 *
 * @param tried the case
 * @param result how the call ended, with its fuel, memory and log
 * @param requests what it sent, with places for secrets as the module wrote them
 * @param faults what is otherwise than expected, a sentence each; empty if the case holds
 */
public record SkillOutcome(SkillCase tried, SkillResult result, List<HostRequest> requests, List<String> faults) {
    /** Copies the lists. */
    public SkillOutcome {
        requests = List.copyOf(requests);
        faults = List.copyOf(faults);
    }

    /** Whether all is as expected. */
    public boolean holds() {
        return faults.isEmpty();
    }

    /** The answer, or how it failed. */
    public String saw() {
        return switch (result) {
            case SkillResult.Answered answered -> answered.output();
            case SkillResult.Failed failed -> failed.failure().name() + ": " + failed.detail();
        };
    }

    /**
     * For tests: throws {@link AssertionError} with all that is otherwise than expected.
     *
     * @return this
     */
    public SkillOutcome verify() {
        if (!holds()) {
            throw new AssertionError(tried + "\n" + String.join("\n", faults));
        }
        return this;
    }
}
