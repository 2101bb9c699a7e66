package dev.sallyport.approval.record;

/** Says how a record was resolved, as a signed statement that leaves with the running transaction or not at all. */
public interface ResolutionPublisher {

    /** Publishes an approved, denied or timed-out record. */
    void publish(ApprovalRecord record);
}
