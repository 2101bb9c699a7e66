package dev.sallyport.approval.record;

/**
 * What an answer must fulfil, as policy-service signed it in the request.
 *
 * @param quorum how many people must approve, at least 1
 * @param approverRole the role an approver needs
 * @param assurance how the approver must be authenticated: {@code session} or {@code key}
 * @param fourEyes whether those accountable for the call may not answer
 */
public record Obligations(int quorum, String approverRole, String assurance, boolean fourEyes) {}
