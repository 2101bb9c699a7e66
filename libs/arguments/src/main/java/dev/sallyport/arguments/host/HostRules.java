package dev.sallyport.arguments.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Which hosts may be reached. What is denied is so whatever admits it, and what nothing admits is denied: no rule at all
 * admits nothing.
 *
 * @param admitted rules that admit
 * @param denied rules that win over those
 */
public record HostRules(List<HostRule> admitted, List<HostRule> denied) {
    /** Copies the lists. */
    public HostRules {
        admitted = List.copyOf(admitted);
        denied = List.copyOf(denied);
    }

    /**
     * Reads rules.
     *
     * @throws HostRefusedException if one of them is none
     */
    public static HostRules of(Collection<String> admitted, Collection<String> denied) throws HostRefusedException {
        return new HostRules(all(admitted), all(denied));
    }

    private static List<HostRule> all(Collection<String> texts) throws HostRefusedException {
        List<HostRule> rules = new ArrayList<>();
        for (String text : texts) {
            rules.add(HostRule.parse(text));
        }
        return rules;
    }

    /** Whether this port of this host may be reached. */
    public boolean admits(HostName host, int port) {
        return denied.stream().noneMatch(rule -> rule.means(host, port))
                && admitted.stream().anyMatch(rule -> rule.means(host, port));
    }
}
