package dev.sallyport.policy.proposal.flow;

import dev.sallyport.policy.proposal.CallHistory;
import dev.sallyport.policy.proposal.CallStatements;
import dev.sallyport.policy.proposal.CallTable;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Forgets what is not needed any more of calls that have ended. The ledger keeps their history, and what may be erased. */
@Component
class CallMemory {
    private static final int AT_ONCE = 500;

    private final CallTable calls;
    private final CallHistory history;
    private final CallStatements statements;
    private final TransactionTemplate transaction;

    CallMemory(CallTable calls, CallHistory history, CallStatements statements, TransactionTemplate transaction) {
        this.calls = calls;
        this.history = history;
        this.statements = statements;
        this.transaction = transaction;
    }

    /** Forgets arguments, explanations and results of calls that ended longer ago than this. */
    void forgetBytes(Duration kept) {
        int forgotten;
        do {
            forgotten = calls.forgetBytes(kept, AT_ONCE);
        } while (forgotten == AT_ONCE);
    }

    /** Forgets calls that ended longer ago than this, with their history and statements. */
    void forget(Duration kept) {
        List<String> ids;
        do {
            ids = calls.endedBefore(kept, AT_ONCE);
            List<String> some = ids;
            transaction.executeWithoutResult(_ -> {
                statements.forget(some);
                history.forget(some);
                calls.forget(some);
            });
        } while (ids.size() == AT_ONCE);
    }
}
