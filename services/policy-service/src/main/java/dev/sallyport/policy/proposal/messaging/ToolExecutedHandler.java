package dev.sallyport.policy.proposal.messaging;

import dev.sallyport.policy.proposal.flow.IncomingStatements;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.verify.VerifiedRecord;
import org.springframework.stereotype.Component;

/** Ends calls with what the nodes say. */
@Component
class ToolExecutedHandler implements StatementHandler<ToolExecuted> {
    private final IncomingStatements incoming;

    ToolExecutedHandler(IncomingStatements incoming) {
        this.incoming = incoming;
    }

    @Override
    public Class<ToolExecuted> predicate() {
        return ToolExecuted.class;
    }

    @Override
    public void handle(ToolExecuted predicate, VerifiedRecord record) {
        incoming.executed(predicate, record);
    }
}
