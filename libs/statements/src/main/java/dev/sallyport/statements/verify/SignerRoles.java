package dev.sallyport.statements.verify;

import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.CallOutcome;

/** Who may say what: the first column of trust in the fleet. */
final class SignerRoles {
    private SignerRoles() {}

    static boolean maySign(SpiffeId signer, Statement statement) {
        return switch (statement.predicate()) {
            case ToolProposed p -> signer.isService("policy-service");
            case ApprovalRequested p -> signer.isService("policy-service");
            case ApprovalResolved p -> signer.isService("approval-service");
            case ExecutionPermit p -> signer.isService("policy-service");
            case ToolExecuted p ->
                p.outcome() == CallOutcome.INDETERMINATE
                        ? signer.isService("executor-service")
                        : signer.kind() == SpiffeId.Kind.EXECUTOR;
            case Audit p ->
                signer.kind() == SpiffeId.Kind.SERVICE && p.event().issuers().contains(signer.name());
        };
    }
}
