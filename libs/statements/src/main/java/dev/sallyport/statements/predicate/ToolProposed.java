package dev.sallyport.statements.predicate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * tool-proposed/v1: the proposal and the decision, by policy-service.
 *
 * @param args the canonical arguments, a detail
 * @param rationale why the agent wants the call, in its own words, which nobody has checked: a detail; absent without any
 * @param capabilities what the tool can do, for example {@code process_exec}
 * @param sensitive whether the call counts as sensitive
 */
public record ToolProposed(
        Issuance issued,
        List<Link> links,
        Proposal proposal,
        DetailRef args,
        @Nullable DetailRef rationale,
        List<String> capabilities,
        boolean sensitive,
        Decision decision)
        implements Predicate {
    /** Copies the lists. */
    public ToolProposed {
        links = List.copyOf(links);
        capabilities = List.copyOf(capabilities);
    }
}
