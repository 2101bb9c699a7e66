package dev.sallyport.approval.record;

import dev.sallyport.statements.ProposalId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which records to list. A record's time is that of its end; while it is open, that of the question.
 *
 * @param states only these; empty for all
 * @param tool only this tool; empty for all
 * @param principal only this requester; empty for all
 * @param approver only what this person has answered; empty for all
 * @param proposal only this call; null for all
 * @param from only from this moment on
 * @param to only before this moment
 */
public record ApprovalQuery(
        List<ApprovalState> states,
        String tool,
        String principal,
        String approver,
        @Nullable ProposalId proposal,
        Instant from,
        Instant to) {
    /** Before every record. */
    public static final Instant BEGINNING = Instant.EPOCH;

    /** After every record. */
    public static final Instant END = Instant.parse("9999-01-01T00:00:00Z");

    /** Copies the states. */
    public ApprovalQuery {
        states = List.copyOf(states);
    }

    /** The states to look for. */
    List<ApprovalState> wanted() {
        return states.isEmpty() ? List.of(ApprovalState.values()) : states;
    }

    /** The states of what is over, as far as they are looked for. */
    List<ApprovalState> over() {
        return wanted().stream().filter(state -> !state.open()).toList();
    }
}
