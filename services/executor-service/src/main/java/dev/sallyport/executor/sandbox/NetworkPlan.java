package dev.sallyport.executor.sandbox;

import dev.sallyport.executor.sandbox.ToolFailure.EgressDenied;
import dev.sallyport.statements.predicate.Egress;
import java.util.List;

/** What a call reaches over the network. */
public sealed interface NetworkPlan {
    /** Nothing: the call has an empty network of its own. */
    NetworkPlan NONE = new None();

    /** Everything that the host reaches. */
    NetworkPlan OPEN = new Open();

    /** Nothing at all. */
    record None() implements NetworkPlan {}

    /**
     * Only a proxy of the node, which lets through what goes to these hosts.
     *
     * @param hosts at least one
     */
    record Proxied(List<String> hosts) implements NetworkPlan {
        /** Copies the list. */
        public Proxied {
            hosts = List.copyOf(hosts);
        }
    }

    /** Everything that the host reaches. */
    record Open() implements NetworkPlan {}

    /**
     * The plan for what a permit says.
     *
     * @throws EgressDenied for a mode that no node offers
     */
    static NetworkPlan of(Egress egress) {
        return switch (egress.mode()) {
            case NONE -> OPEN;
            case PREFLIGHT ->
                throw new EgressDenied("This node does not offer egress preflight: use strict without hosts.");
            case STRICT -> egress.hosts().isEmpty() ? NONE : new Proxied(egress.hosts());
        };
    }
}
