package dev.sallyport.statements.predicate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What the call may reach over the network.
 *
 * @param mode how it is enforced
 * @param hosts the hosts; empty with {@code strict} means no network at all
 */
public record Egress(EgressEnforcementMode mode, List<String> hosts) {
    /** How egress is enforced. */
    public enum EgressEnforcementMode {
        /** Not at all. */
        @JsonProperty("none")
        NONE,
        /** Hosts found in arguments are checked; advisory. */
        @JsonProperty("preflight")
        PREFLIGHT,
        /** By the kernel. */
        @JsonProperty("strict")
        STRICT
    }

    /** Copies the list. */
    public Egress {
        hosts = List.copyOf(hosts);
    }
}
