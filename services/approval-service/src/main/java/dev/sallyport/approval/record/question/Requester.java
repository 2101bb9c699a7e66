package dev.sallyport.approval.record.question;

import dev.sallyport.statements.predicate.Proposal;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import org.jspecify.annotations.Nullable;

/**
 * Who wants the call to run.
 *
 * @param principal the agent or person
 * @param device from which device; null where none was established
 * @param channel over which channel
 * @param session the client's session
 * @param run the client's run
 */
@Embeddable
public record Requester(
        String principal,
        @Nullable String device,
        String channel,
        @Column(name = "session_id") String session,
        @Column(name = "run_id") String run) {
    /** Who made this proposal. */
    public static Requester of(Proposal proposal) {
        return new Requester(
                proposal.principal(), proposal.device(), proposal.channel(), proposal.session(), proposal.run());
    }
}
