package dev.sallyport.approval.grant;

import dev.sallyport.statements.WireName;
import dev.sallyport.statements.record.StatementRecord;

/**
 * An answer that a grant gave and that is to be taken back, since the grant was revoked before the call had ended.
 *
 * @param workspaceId the workspace
 * @param grantId the grant (ULID)
 * @param number which use of the grant it was
 * @param revokedBy who revoked the grant
 * @param answer the signed answer, with certificates and evidence
 */
public record Withdrawal(String workspaceId, String grantId, int number, String revokedBy, StatementRecord answer) {
    /** What has become of it. */
    enum State implements WireName {
        /** It is to be stated. */
        DUE("due"),
        /** It was stated. */
        STATED("stated"),
        /** It is not needed: nobody believes the answer, since a key that it rests on was revoked. */
        UNBELIEVED("unbelieved");

        private final String wire;

        State(String wire) {
            this.wire = wire;
        }

        @Override
        public String wire() {
            return wire;
        }
    }

    /** Names it among all others. */
    String key() {
        return grantId + "/" + number;
    }
}
