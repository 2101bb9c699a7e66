package dev.sallyport.executor.egress;

import dev.sallyport.arguments.host.HostRule;
import dev.sallyport.executor.egress.EgressRefusedException.Reason;
import dev.sallyport.executor.sandbox.call.EnforcementFacts;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one call reached and what it was refused, for its statement. A statement is for ever, so it names hosts as the
 * permit does and no other: what a tool asked for beyond them is its own text, which may be a secret, and is only counted.
 */
final class EgressLog {
    /** Of the 64 facts of a statement, beside those of the sandbox and of 16 secrets. */
    static final int MOST_FACTS = 24;

    /** Of the 24 KiB of a statement. */
    static final int MOST_BYTES = 6 << 10;

    /** What a fact has as JSON besides its name and its value. */
    private static final int FACT_BYTES = 48;

    /** For the counts at the end. */
    private static final int COUNTS = 2;

    private static final int COUNTS_BYTES = 1 << 10;

    private final Map<HostRule, Traffic> reached = new LinkedHashMap<>();
    private final Map<Refusal, Integer> refused = new LinkedHashMap<>();
    private final Map<Reason, Integer> refusedElsewhere = new EnumMap<>(Reason.class);
    private final Set<HostRule> opened = new LinkedHashSet<>();

    private record Refusal(HostRule host, Reason reason) {}

    private static final class Traffic {
        private final InetAddress address;
        private int connections;
        private long sent;
        private long received;

        Traffic(InetAddress address) {
            this.address = address;
        }
    }

    /** A connection to a host, as the permit names it. */
    synchronized void reached(HostRule host, InetAddress address) {
        reached.computeIfAbsent(host, _ -> new Traffic(address)).connections++;
    }

    synchronized void moved(HostRule host, long sent, long received) {
        Traffic traffic = reached.get(host);
        if (traffic != null) {
            traffic.sent += sent;
            traffic.received += received;
        }
    }

    synchronized void opened(HostRule host) {
        opened.add(host);
    }

    /**
     * Something was refused.
     *
     * @param host as the permit names it, null for whatever else was asked for
     */
    synchronized void refused(@Nullable HostRule host, Reason reason) {
        if (host == null) {
            refusedElsewhere.merge(reason, 1, Integer::sum);
        } else {
            refused.merge(new Refusal(host, reason), 1, Integer::sum);
        }
    }

    synchronized boolean has(Reason reason) {
        return refusedElsewhere.containsKey(reason)
                || refused.keySet().stream().anyMatch(each -> each.reason() == reason);
    }

    /** At most {@value #MOST_FACTS} facts of {@value #MOST_BYTES} bytes: what has no room is counted. */
    synchronized List<Fact> facts() {
        List<Fact> facts = new ArrayList<>();
        Map<String, Integer> untold = new TreeMap<>();
        int room = MOST_BYTES - COUNTS_BYTES;
        for (Fact each : all()) {
            int bytes = FACT_BYTES
                    + each.name().length()
                    + String.valueOf(each.value()).length();
            if (facts.size() < MOST_FACTS - COUNTS && bytes <= room) {
                facts.add(each);
                room -= bytes;
            } else {
                untold.merge(each.name(), 1, Integer::sum);
            }
        }
        counts("hosts_untold", "", untold).ifPresent(facts::add);
        counts("hosts_refused", "not named by the permit: ", refusedElsewhere).ifPresent(facts::add);
        return facts;
    }

    private static Optional<Fact> counts(String name, String what, Map<?, Integer> counts) {
        return counts.isEmpty()
                ? Optional.empty()
                : Optional.of(EnforcementFacts.enforced(
                        name,
                        what
                                + counts.entrySet().stream()
                                        .map(each -> each.getKey() + " " + each.getValue())
                                        .collect(Collectors.joining(", "))));
    }

    /** What matters most comes first: that a secret was to be sent where it does not belong is why the call ended so. */
    private List<Fact> all() {
        List<Fact> facts = new ArrayList<>(refused(reason -> reason == Reason.SECRET_ELSEWHERE));
        reached.forEach((host, traffic) -> facts.add(EnforcementFacts.enforced(
                "host_reached",
                host + " at " + traffic.address.getHostAddress() + ", " + traffic.connections + " connections, "
                        + traffic.sent + " bytes sent, " + traffic.received + " received")));
        opened.forEach(host -> facts.add(EnforcementFacts.enforced(
                "host_opened", host + ": TLS ended on the node, which proved the server itself")));
        facts.addAll(refused(reason -> reason != Reason.SECRET_ELSEWHERE));
        return facts;
    }

    private List<Fact> refused(Predicate<Reason> which) {
        return refused.entrySet().stream()
                .filter(each -> which.test(each.getKey().reason()))
                .map(each -> EnforcementFacts.enforced(
                        "host_refused",
                        each.getKey().host() + " " + each.getKey().reason() + ", " + each.getValue() + " times"))
                .toList();
    }
}
