package dev.sallyport.executor.claim;

import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node can run of one kind of code.
 *
 * @param kind the kind of code
 * @param tiers the tiers that it has proven for this kind; a call is given to it only if one of them satisfies the
 *     permitted tier
 * @param executables logical names of its programs; none for built-ins
 * @param deliveries the ways in which it can hand secrets to a tool, as permits name them
 * @param interpreters of the programs those that run code given to them, or start others: what a call of theirs may do is for
 *     the workspace to open
 * @param hosts whether a call reaches the hosts that its permit names; one that is missing says no
 */
public record RuntimeOffer(
        @NotNull RuntimeKind kind,
        @NotNull @Size(max = 3) List<Tier> tiers,
        @Size(max = 1000) List<@Size(max = 64) String> executables,
        @Size(max = 8) List<@Size(max = 16) String> deliveries,
        @Size(max = 1000) List<@Size(max = 64) String> interpreters,
        @Nullable Boolean hosts) {
    /** One whose calls reach no host. */
    public RuntimeOffer(RuntimeKind kind, List<Tier> tiers, List<String> executables, List<String> deliveries) {
        this(kind, tiers, executables, deliveries, List.of(), false);
    }

    /** One without interpreters. */
    public RuntimeOffer(
            RuntimeKind kind, List<Tier> tiers, List<String> executables, List<String> deliveries, boolean hosts) {
        this(kind, tiers, executables, deliveries, List.of(), hosts);
    }

    /** Copies the lists; one that is missing is empty. */
    public RuntimeOffer {
        tiers = List.copyOf(tiers);
        executables = copy(executables);
        deliveries = copy(deliveries);
        interpreters = copy(interpreters);
    }

    /** Whether a call reaches the hosts that its permit names. */
    boolean reachesHosts() {
        return Boolean.TRUE.equals(hosts);
    }

    private static List<String> copy(@Nullable List<String> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
