package dev.sallyport.executor.claim;

import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All that a node can run. Control gives it no call of another kind of code, and none whose tier it has not proven for
 * that kind; programs and deliveries decide which of several nodes gets a call.
 *
 * @param runtimes one entry for each kind of code that the node runs
 */
public record NodeOffer(@NotNull @Size(max = 3) List<@Valid @NotNull RuntimeOffer> runtimes) {
    private static final String EXECUTABLE = "executable:";

    private static final String INTERPRETER = "interpreter:";

    private static final String DELIVERY = "delivery:";

    private static final String HOSTS = "hosts:";

    /** A node that has proven nothing. */
    public static final NodeOffer NOTHING = new NodeOffer(List.of());

    /** Copies the list. */
    public NodeOffer {
        runtimes = List.copyOf(runtimes);
    }

    /** Whether the node may run code of that kind that was permitted with that least tier. */
    public boolean runs(RuntimeKind kind, Tier permitted) {
        return runtimes.stream()
                .filter(runtime -> runtime.kind() == kind)
                .flatMap(runtime -> runtime.tiers().stream())
                .anyMatch(tier -> tier.satisfies(permitted));
    }

    /** All tiers that are proven for some kind of code, weakest first. */
    public List<Tier> tiers() {
        return runtimes.stream()
                .flatMap(runtime -> runtime.tiers().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** The demands that the node satisfies, each as {@link #demand} writes it, with its programs and deliveries. */
    public Set<String> has() {
        Set<String> has = new TreeSet<>(demands());
        for (RuntimeOffer runtime : runtimes) {
            runtime.executables().forEach(name -> has.add(executable(name)));
            runtime.interpreters().forEach(name -> has.add(INTERPRETER + name));
            runtime.deliveries().forEach(way -> has.add(delivery(runtime.kind(), way)));
            if (runtime.reachesHosts()) {
                has.add(HOSTS + runtime.kind().wire());
            }
        }
        return has;
    }

    /** The demands that the node satisfies, each as {@link #demand} writes it. */
    public Set<String> demands() {
        Set<String> demands = new TreeSet<>();
        for (RuntimeKind kind : RuntimeKind.values()) {
            Arrays.stream(Tier.values())
                    .filter(tier -> runs(kind, tier))
                    .forEach(tier -> demands.add(demand(kind, tier)));
        }
        return demands;
    }

    /** What a node must satisfy to be given the call at all, as {@code process/B}. */
    public static String demand(ExecutionPermit permit) {
        return demand(permit.runtime().kind(), permit.tier());
    }

    /** What a node should have besides: the call's program, the ways of its secrets, and a way to hosts. */
    public static Collection<String> needs(ExecutionPermit permit) {
        Set<String> needs = new TreeSet<>();
        String executable = permit.runtime().executable();
        if (executable != null) {
            needs.add(executable(executable));
        }
        RuntimeKind kind = permit.runtime().kind();
        permit.secrets().stream().map(SecretGrant::delivery).forEach(way -> needs.add(delivery(kind, way)));
        if (!permit.egress().hosts().isEmpty()) {
            needs.add(HOSTS + kind.wire());
        }
        return needs;
    }

    private static String demand(RuntimeKind kind, Tier tier) {
        return kind.wire() + "/" + tier;
    }

    /** The program that one of what a node {@linkplain #has has} names; empty where it names something else. */
    public static Optional<String> executableIn(String has) {
        return has.startsWith(EXECUTABLE) ? Optional.of(has.substring(EXECUTABLE.length())) : Optional.empty();
    }

    /** The interpreter that one of what a node has names; empty where it names something else. */
    public static Optional<String> interpreterIn(String has) {
        return has.startsWith(INTERPRETER) ? Optional.of(has.substring(INTERPRETER.length())) : Optional.empty();
    }

    /** The delivery that one of what a node has names, as {@code process/pipe}; empty where it names something else. */
    public static Optional<String> deliveryIn(String has) {
        return has.startsWith(DELIVERY) ? Optional.of(has.substring(DELIVERY.length())) : Optional.empty();
    }

    /** The kind of code whose calls reach hosts, as {@code process}; empty where it names something else. */
    public static Optional<String> hostsIn(String has) {
        return has.startsWith(HOSTS) ? Optional.of(has.substring(HOSTS.length())) : Optional.empty();
    }

    private static String executable(String name) {
        return EXECUTABLE + name;
    }

    private static String delivery(RuntimeKind kind, String way) {
        return DELIVERY + kind.wire() + "/" + way;
    }
}
