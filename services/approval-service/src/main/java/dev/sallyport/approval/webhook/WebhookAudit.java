package dev.sallyport.approval.webhook;

/** States for the ledger, in the running transaction, where a workspace's news are sent to. */
public interface WebhookAudit {
    /** A webhook was added, by whom it says. */
    void added(Webhook webhook);

    /**
     * A webhook was removed.
     *
     * @param by who has removed it
     */
    void removed(Webhook webhook, String by);
}
