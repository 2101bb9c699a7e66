package dev.sallyport.approval.grant;

import dev.sallyport.statements.WireName;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a person decided about further calls.
 *
 * @param workspaceId the workspace
 * @param id the grant (ULID)
 * @param answer what it answers
 * @param scope whether only calls of one session, or of any
 * @param origin the question whose answer gave it
 * @param pattern which arguments may differ
 * @param givenAt when it was given
 * @param endsAt when it ends, exclusive
 * @param uses how many calls it may answer
 * @param used how many it has answered
 * @param revokedAt when it was revoked; null if it was not
 * @param revokedBy by whom; null if it was not
 */
public record Grant(
        String workspaceId,
        String id,
        Answer answer,
        ApprovalScope scope,
        Origin origin,
        ArgumentPattern pattern,
        Instant givenAt,
        Instant endsAt,
        int uses,
        int used,
        @Nullable Instant revokedAt,
        @Nullable String revokedBy) {
    /**
     * The question whose answer gave a grant.
     *
     * @param approvalId the question (ULID)
     * @param approver who answered it
     * @param principal whose call it was
     * @param session the call's session
     * @param tool the call's tool
     * @param toolVersion the tool's version
     * @param shown the call that was shown, in one line, text from outside; empty some days after the grant's end
     */
    public record Origin(
            String approvalId,
            String approver,
            String principal,
            String session,
            String tool,
            String toolVersion,
            String shown) {}

    /** Where a grant stands. */
    public enum State implements WireName {
        /** It answers. */
        LIVE("live"),
        /** It has answered as often as it may. */
        USED_UP("used_up"),
        /** Its time is over. */
        ENDED("ended"),
        /** Somebody has revoked it. */
        REVOKED("revoked");

        private final String wire;

        State(String wire) {
            this.wire = wire;
        }

        @Override
        public String wire() {
            return wire;
        }
    }

    /** Where it stands at this moment. */
    public State state(Instant now) {
        if (revokedAt != null) {
            return State.REVOKED;
        }
        if (!now.isBefore(endsAt)) {
            return State.ENDED;
        }
        return used >= uses ? State.USED_UP : State.LIVE;
    }
}
