package dev.sallyport.approval.record;

import dev.sallyport.statements.ProposalId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which records to list.
 *
 * @param states only these; empty for all
 * @param tool only this tool; empty for all
 * @param principal only this requester; empty for all
 * @param proposal only this call; null for all
 */
public record ApprovalQuery(
        List<ApprovalState> states,
        String tool,
        String principal,
        @Nullable ProposalId proposal) {
    /** Copies the states. */
    public ApprovalQuery {
        states = List.copyOf(states);
    }

    /** All records in one of these states. */
    public static ApprovalQuery in(List<ApprovalState> states) {
        return new ApprovalQuery(states, "", "", null);
    }

    /** The states to look for. */
    List<ApprovalState> wanted() {
        return states.isEmpty() ? List.of(ApprovalState.values()) : states;
    }
}
