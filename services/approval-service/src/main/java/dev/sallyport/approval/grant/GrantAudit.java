package dev.sallyport.approval.grant;

import dev.sallyport.statements.record.StatementRecord;
import java.util.List;

/** States for the ledger, in the running transaction, that a grant was revoked. */
public interface GrantAudit {
    /**
     * A grant was revoked.
     *
     * @param grant as it is now
     * @param withdrawn the answers by it that are taken back, since their calls have not ended
     */
    void revoked(Grant grant, List<StatementRecord> withdrawn);
}
