package dev.sallyport.statements.sample;

import dev.sallyport.statements.predicate.StatementType;

/** A statement of a call, in the order in which they arise. */
public enum SampleStep {
    PROPOSED(StatementType.TOOL_PROPOSED, "policy-service"),
    REQUESTED(StatementType.APPROVAL_REQUESTED, "policy-service"),
    RESOLVED(StatementType.APPROVAL_RESOLVED, "approval-service"),
    PERMIT(StatementType.EXECUTION_PERMIT, "policy-service"),
    STARTED(StatementType.AUDIT, "executor-service"),
    EXECUTED(StatementType.TOOL_EXECUTED, SampleCall.NODE),
    ENDED(StatementType.AUDIT, "policy-service");

    final StatementType type;
    final String speaker;

    SampleStep(StatementType type, String speaker) {
        this.type = type;
        this.speaker = speaker;
    }
}
