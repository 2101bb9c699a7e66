package dev.sallyport.statements.predicate;

import java.util.List;

/** What a statement says about its subject. */
public sealed interface Predicate
        permits ToolProposed, ApprovalRequested, ApprovalResolved, ExecutionPermit, ToolExecuted, Audit {
    /** Who said it, when, for which fleet and workspace. */
    Issuance issued();

    /** The statements that this one directly rests on. */
    List<Link> links();
}
