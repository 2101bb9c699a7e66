package dev.sallyport.policy.proposal.decision;

import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.predicate.Risk;
import dev.sallyport.statements.record.Detail;

/**
 * What humans are asked about a call.
 *
 * @param obligations who may answer, how many, and within which time
 * @param risk how much is at stake
 * @param prompt what they are shown, a detail
 */
public record HumanQuestion(Obligations obligations, Risk risk, Detail prompt) {}
