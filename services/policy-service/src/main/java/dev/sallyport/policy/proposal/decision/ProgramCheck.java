package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.permit.NodeOffers;
import dev.sallyport.statements.predicate.Decision.Outcome;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Keeps humans from being asked about a program that no node has: the call would be refused after their answer. An HTTP
 * call to control, so never under a row's lock, and only where a human would be asked. A pool without a node, or a
 * control that does not answer, denies nothing.
 */
@Component
class ProgramCheck {
    private final NodeOffers nodes;

    ProgramCheck(NodeOffers nodes) {
        this.nodes = nodes;
    }

    /** The verdict, denied where the nodes of the tool's pool are there and none of them has the program. */
    Verdict verify(Verdict verdict) {
        String executable = verdict.context().args().executable();
        if (executable == null || verdict.decision().outcome() != Outcome.APPROVAL_REQUIRED) {
            return verdict;
        }
        Optional<Set<String>> there = nodes.executables(
                Objects.requireNonNull(verdict.facts().tool()).placement().pool());
        return there.isEmpty() || there.get().contains(executable)
                ? verdict
                : verdict.deniedFor(DecisionCode.EXECUTABLE_NOT_OFFERED);
    }
}
