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

    /** Everything that the host reaches, and nobody has looked where. */
    Open OPEN = new Open(List.of());

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

    /**
     * Everything that the host reaches.
     *
     * @param looked hosts that the call names and that were looked at before; nothing holds it to them. Empty where nobody
     *     has looked
     */
    record Open(List<String> looked) implements NetworkPlan {
        /** Copies the list. */
        public Open {
            looked = List.copyOf(looked);
        }

        /** What is told of it. */
        public String told() {
            return looked.isEmpty()
                    ? "none: the network is open"
                    : "preflight, advisory: the hosts that the call names were looked at, the network itself is open: "
                            + looked;
        }
    }

    /** Makes the networks of calls that reach something. */
    interface Door {
        /** A proxy that listens from then on. */
        Proxied proxy();

        /**
         * The host's own network.
         *
         * @throws EgressDenied if this node does not give it away, or the call names a host that it may not reach
         */
        Open open();
    }

    /**
     * The plan for what a permit says.
     *
     * @param door asked only if the call reaches something
     */
    static NetworkPlan of(Egress egress, Door door) {
        return switch (egress.mode()) {
            case NONE -> door.open();
            case PREFLIGHT -> egress.hosts().isEmpty() ? NONE : door.open();
            case STRICT -> egress.hosts().isEmpty() ? NONE : door.proxy();
        };
    }
}
