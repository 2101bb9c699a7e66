package dev.sallyport.executor.control;

import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Nodes that an operator has told to take no more calls. What such a node runs goes on to its end, and its sessions stay
 * its own: their next calls wait until it takes calls again or is evicted.
 */
@Service
public class NodeDrains {
    private final NodeRegistry nodes;
    private final ExecutionTable executions;
    private final StatementOutbox outbox;
    private final ClaimSignal bell;

    NodeDrains(NodeRegistry nodes, ExecutionTable executions, StatementOutbox outbox, ClaimSignal bell) {
        this.nodes = nodes;
        this.executions = executions;
        this.outbox = outbox;
        this.bell = bell;
    }

    /**
     * Lets the node have no more calls, and states who said so. Once this has answered, none is claimed any more.
     *
     * @return the node as it is then, empty if there is no such node
     */
    @Transactional
    public Optional<NodeRegistry.Node> drain(String pool, String name, String actor) {
        Issuance issuance = outbox.issuance(null);
        SpiffeId node = SpiffeId.executor(issuance.by().trustDomain(), pool, name);
        // A claim of its that is under way comes first; what it gets is running then.
        executions.lockNode(node);
        if (nodes.drain(node, actor)) {
            state(issuance, AuditEvent.NODE_DRAINED, node, actor);
        }
        return nodes.one(node);
    }

    /**
     * Lets the node have calls again, and states who said so.
     *
     * @return the node as it is then, empty if there is no such node
     */
    @Transactional
    public Optional<NodeRegistry.Node> undrain(String pool, String name, String actor) {
        Issuance issuance = outbox.issuance(null);
        SpiffeId node = SpiffeId.executor(issuance.by().trustDomain(), pool, name);
        if (nodes.undrain(node)) {
            state(issuance, AuditEvent.NODE_UNDRAINED, node, actor);
            bell.ringAfterCommit();
        }
        return nodes.one(node);
    }

    private void state(Issuance issuance, AuditEvent event, SpiffeId node, String actor) {
        outbox.publish(Statement.of(
                Subject.named("node:" + node),
                Audit.of(issuance, event, actor, List.of(), Map.of("node", node.toString()))));
    }
}
