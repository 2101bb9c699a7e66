package dev.sallyport.statements.predicate;

import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import java.util.List;

/**
 * What the call may reach over the network.
 *
 * @param mode how it is enforced
 * @param hosts the hosts; empty with {@code strict} means no network at all
 */
public record Egress(EgressEnforcementMode mode, List<String> hosts) {
    /** Copies the list. */
    public Egress {
        hosts = List.copyOf(hosts);
    }
}
