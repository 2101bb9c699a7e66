package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.permit.SandboxTerms;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.predicate.Risk;
import dev.sallyport.statements.record.Detail;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What humans are asked about a call.
 *
 * @param obligations who may answer, how many, and within which time
 * @param group the only people who may answer; null when everybody with the role may
 * @param risk how much is at stake
 * @param prompt what they are shown, a detail
 * @param sandbox what will hold the call, as the prompt shows it
 * @param options the answers that they may give
 */
public record HumanQuestion(
        Obligations obligations,
        ApprovalRequested.@Nullable Group group,
        Risk risk,
        Detail prompt,
        SandboxTerms sandbox,
        List<ApprovalRequested.Option> options) {
    /** Copies the options. */
    public HumanQuestion {
        options = List.copyOf(options);
    }
}
