package dev.sallyport.policy.proposal.flow;

import dev.sallyport.policy.proposal.CallTable;
import dev.sallyport.policy.proposal.CallTransitions;
import dev.sallyport.servicekit.outbox.GivenUpStatements;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.vocabulary.CallOutcome;
import org.springframework.stereotype.Component;

/**
 * A call had ended here, but the statement that says so is given up, since it rests on one of a revoked key. The ledger
 * learns of the end all the same: that the call was abandoned.
 */
@Component
class GivenUpEnds implements GivenUpStatements {
    private final CallTable calls;
    private final CallTransitions transitions;

    GivenUpEnds(CallTable calls, CallTransitions transitions) {
        this.calls = calls;
        this.transitions = transitions;
    }

    @Override
    public void givenUp(StatementRecord record) {
        try {
            Statement statement = Statement.parse(record.signed().envelope().payload());
            if (statement.predicate() instanceof Audit audit
                    && audit.ended() != null
                    && audit.ended().outcome() != CallOutcome.ABANDONED) {
                ProposalId.ofSubject(statement.subject())
                        .map(ProposalId::ulid)
                        .flatMap(calls::lock)
                        .ifPresent(transitions::stateAbandoned);
            }
        } catch (StatementRefusedException e) {
            throw new IllegalStateException("a statement of the outbox cannot be read: " + e.getMessage(), e);
        }
    }
}
