package dev.sallyport.policy.proposal.messaging;

import dev.sallyport.policy.proposal.flow.IncomingStatements;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.verify.VerifiedRecord;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Applies human answers. What an approval leads to is decided before the inbox's transaction. */
@Component
class ApprovalResolvedHandler implements StatementHandler<ApprovalResolved> {
    private final IncomingStatements incoming;

    ApprovalResolvedHandler(IncomingStatements incoming) {
        this.incoming = incoming;
    }

    @Override
    public Class<ApprovalResolved> predicate() {
        return ApprovalResolved.class;
    }

    @Override
    public Effect prepare(ApprovalResolved resolved, VerifiedRecord record) {
        Optional<IncomingStatements.DecidedAgain> decided = incoming.decideAbout(resolved, record);
        return () -> incoming.resolved(resolved, record, decided);
    }

    @Override
    public void handle(ApprovalResolved resolved, VerifiedRecord record) throws StatementRefusedException {
        prepare(resolved, record).apply();
    }
}
