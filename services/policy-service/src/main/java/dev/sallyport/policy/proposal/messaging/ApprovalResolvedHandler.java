package dev.sallyport.policy.proposal.messaging;

import dev.sallyport.policy.proposal.CallProgress;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.verify.VerifiedRecord;
import org.springframework.stereotype.Component;

/** Applies human answers. */
@Component
class ApprovalResolvedHandler implements StatementHandler<ApprovalResolved> {
    private final CallProgress progress;

    ApprovalResolvedHandler(CallProgress progress) {
        this.progress = progress;
    }

    @Override
    public Class<ApprovalResolved> predicate() {
        return ApprovalResolved.class;
    }

    @Override
    public void handle(ApprovalResolved predicate, VerifiedRecord record) {
        progress.resolved(predicate, record);
    }
}
