package dev.sallyport.executor.sandbox;

import dev.sallyport.executor.sandbox.ToolFailure.EgressDenied;
import dev.sallyport.statements.predicate.Egress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
     * @param socket where the proxy of this very call listens
     * @param authorities a file of certificates that its programs are to trust, since the proxy ends some of their TLS;
     *     null where it ends none
     */
    record Proxied(
            List<String> hosts, Path socket, @Nullable Path authorities) implements NetworkPlan {
        /** Copies the list. */
        public Proxied {
            hosts = List.copyOf(hosts);
        }
    }

    /** Everything that the host reaches. */
    record Open() implements NetworkPlan {}

    /** Makes the proxy of a call that reaches hosts. */
    @FunctionalInterface
    interface ProxyDoor {
        /** It listens from then on. */
        Proxied open();
    }

    /**
     * The plan for what a permit says.
     *
     * @param door asked only if a proxy is needed
     * @throws EgressDenied for a mode that no node offers
     */
    static NetworkPlan of(Egress egress, ProxyDoor door) {
        return switch (egress.mode()) {
            case NONE -> OPEN;
            case PREFLIGHT ->
                throw new EgressDenied("This node does not offer egress preflight: use strict without hosts.");
            case STRICT -> egress.hosts().isEmpty() ? NONE : door.open();
        };
    }
}
