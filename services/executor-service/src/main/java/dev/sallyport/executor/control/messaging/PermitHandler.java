package dev.sallyport.executor.control.messaging;

import dev.sallyport.executor.control.Executions;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.verify.VerifiedRecord;
import org.springframework.stereotype.Component;

/** Stores permits. */
@Component
class PermitHandler implements StatementHandler<ExecutionPermit> {
    private final Executions executions;

    PermitHandler(Executions executions) {
        this.executions = executions;
    }

    @Override
    public Class<ExecutionPermit> predicate() {
        return ExecutionPermit.class;
    }

    @Override
    public void handle(ExecutionPermit permit, VerifiedRecord record) throws StatementRefusedException {
        executions.permit(record);
    }
}
