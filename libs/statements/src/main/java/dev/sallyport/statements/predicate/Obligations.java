package dev.sallyport.statements.predicate;

import dev.sallyport.statements.vocabulary.ApproverRole;
import dev.sallyport.statements.vocabulary.Assurance;

/**
 * Under which conditions humans may lift the rules that ask.
 *
 * @param approverRole the least role of an approver
 * @param quorum how many different people must approve, at least 1
 * @param timeoutS seconds until no answer means no
 * @param assurance how the approver must be authenticated
 * @param fourEyes whether those accountable for the call are excluded
 */
public record Obligations(
        ApproverRole approverRole, int quorum, long timeoutS, Assurance assurance, boolean fourEyes) {}
