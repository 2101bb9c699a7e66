package dev.sallyport.statements.predicate;

/**
 * Under which conditions humans may lift the rules that ask.
 *
 * @param approverRole the role that an approver needs
 * @param quorum how many different people must approve, at least 1
 * @param timeoutS seconds until no answer means no
 * @param assurance how the approver must be authenticated: {@code session} or {@code key}
 * @param fourEyes whether those accountable for the call are excluded
 */
public record Obligations(String approverRole, int quorum, long timeoutS, String assurance, boolean fourEyes) {}
