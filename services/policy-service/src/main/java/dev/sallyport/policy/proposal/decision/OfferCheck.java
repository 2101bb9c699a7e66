package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.permit.NodeOffers;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Keeps humans from being asked about what no node can do: the call would be refused after their answer. An HTTP call to
 * control, so never under a row's lock, and only where something is asked of the nodes that they may not have.
 *
 * <p>For a program, a pool without a node, or a control that does not answer, denies nothing. Delivered secrets and a way
 * to hosts are what nodes must say of themselves that they have: where none says so, the call is denied.
 */
@Component
class OfferCheck {
    private final NodeOffers nodes;

    OfferCheck(NodeOffers nodes) {
        this.nodes = nodes;
    }

    /** The verdict, denied where the nodes of the tool's pool cannot do what the call asks for. */
    Verdict verify(Verdict verdict) {
        if (verdict.decision().denied()) {
            return verdict;
        }
        ToolMetadata.Placement placement =
                Objects.requireNonNull(verdict.facts().tool()).placement();
        String pool = placement.pool();
        RuntimeKind kind = placement.runtime();
        Proposal proposal = verdict.call().proposal();
        if (!proposal.secrets().isEmpty() && nodes.deliveries(pool, kind).isEmpty()) {
            return verdict.deniedFor(DecisionCode.SECRETS_NOT_OFFERED);
        }
        if (!proposal.egressHosts().isEmpty() && !nodes.reachHosts(pool, kind)) {
            return verdict.deniedFor(DecisionCode.EGRESS_NOT_OFFERED);
        }
        String executable = verdict.context().args().executable();
        if (executable == null || verdict.decision().outcome() != Outcome.APPROVAL_REQUIRED) {
            return verdict;
        }
        Optional<Set<String>> there = nodes.executables(pool);
        if (there.isPresent() && !there.get().contains(executable)) {
            return verdict.deniedFor(DecisionCode.EXECUTABLE_NOT_OFFERED);
        }
        boolean opened =
                verdict.facts().config().processRunner().program(executable).interpreter();
        return !opened && nodes.interpreters(pool).contains(executable)
                ? verdict.deniedFor(DecisionCode.INTERPRETER_NOT_OPENED)
                : verdict;
    }
}
