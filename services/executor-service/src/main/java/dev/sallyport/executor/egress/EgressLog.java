package dev.sallyport.executor.egress;

import dev.sallyport.arguments.host.HostRule;
import dev.sallyport.executor.egress.EgressRefusedException.Reason;
import dev.sallyport.executor.sandbox.call.EnforcementFacts;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one call reached and what it was refused, for its statement. A bounded number of each is told. */
final class EgressLog {
    /** Of each kind; the statement is bounded. */
    private static final int MOST = 16;

    private static final int LONGEST = 120;

    private final Map<HostRule, Traffic> reached = new LinkedHashMap<>();
    private final Map<Refusal, Integer> refused = new LinkedHashMap<>();
    private final Set<HostRule> opened = new LinkedHashSet<>();
    private int moreRefused;

    private record Refusal(String what, Reason reason) {}

    private static final class Traffic {
        private final InetAddress address;
        private int connections;
        private long sent;
        private long received;

        Traffic(InetAddress address) {
            this.address = address;
        }
    }

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

    synchronized void refused(String what, Reason reason) {
        Refusal refusal = new Refusal(visible(what), reason);
        if (refused.size() < MOST || refused.containsKey(refusal)) {
            refused.merge(refusal, 1, Integer::sum);
        } else {
            moreRefused++;
        }
    }

    synchronized boolean has(Reason reason) {
        return refused.keySet().stream().anyMatch(each -> each.reason() == reason);
    }

    /** What was asked for is the tool's text. */
    private static String visible(String text) {
        String visible = text.replaceAll("[^!-~]", "?");
        return visible.length() > LONGEST ? visible.substring(0, LONGEST) : visible;
    }

    synchronized List<Fact> facts() {
        List<Fact> facts = new ArrayList<>();
        reached.entrySet().stream().limit(MOST).forEach(each -> {
            Traffic traffic = each.getValue();
            facts.add(EnforcementFacts.enforced(
                    "host_reached",
                    each.getKey() + " at " + traffic.address.getHostAddress() + ", " + traffic.connections
                            + " connections, " + traffic.sent + " bytes sent, " + traffic.received + " received"));
        });
        if (reached.size() > MOST) {
            facts.add(EnforcementFacts.enforced("hosts_reached", Integer.toString(reached.size())));
        }
        opened.stream()
                .limit(MOST)
                .forEach(host -> facts.add(EnforcementFacts.enforced(
                        "host_opened", host + ": TLS ended on the node, which proved the server itself")));
        refused.forEach((refusal, count) -> facts.add(EnforcementFacts.enforced(
                "host_refused", refusal.what() + " " + refusal.reason() + ", " + count + " times")));
        if (moreRefused > 0) {
            facts.add(EnforcementFacts.enforced("hosts_refused", "and " + moreRefused + " more times"));
        }
        return facts;
    }
}
