package dev.sallyport.approval.grant;

/** States for the ledger, in the running transaction, that a grant was revoked and what it had answered is taken back. */
public interface GrantAudit {
    /**
     * A grant was revoked.
     *
     * @param grant as it is now
     * @param withdrawn how many answers by it are taken back, since their calls have not ended
     */
    void revoked(Grant grant, int withdrawn);

    /** An answer by a revoked grant is taken back. */
    void withdrawn(Withdrawal withdrawal);
}
