package dev.sallyport.approval.key;

import dev.sallyport.statements.WireName;
import dev.sallyport.statements.approver.ApproverKey;
import dev.sallyport.statements.record.StatementRecord;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A passkey of a person.
 *
 * @param key as its enrolment states it
 * @param credentialId what the browser finds it by
 * @param name what the person calls it
 * @param enrolment this service's statement that the person made it
 * @param binding policy-service's statement that it counts, with the enrolment; null until it came
 * @param removedBy who has removed it; null while it may sign
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PersonKey(
        String workspaceId,
        ApproverKey key,
        byte[] credentialId,
        String name,
        StatementRecord enrolment,
        @Nullable StatementRecord binding,
        Instant createdAt,
        @Nullable String removedBy) {
    /** Where a key stands. */
    public enum State implements WireName {
        /** policy-service has not said yet that it counts. */
        UNCONFIRMED("unconfirmed"),
        /** It signs answers. */
        LIVE("live"),
        /** It signs nothing any more. */
        REMOVED("removed");

        private final String wire;

        State(String wire) {
            this.wire = wire;
        }

        @Override
        public String wire() {
            return wire;
        }
    }

    /** Where it stands. */
    public State state() {
        return removedBy != null ? State.REMOVED : binding == null ? State.UNCONFIRMED : State.LIVE;
    }

    /** The credential's id as browsers write it. */
    public String credential() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(credentialId);
    }
}
