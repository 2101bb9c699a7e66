package dev.sallyport.policy.policyset;

import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.engine.rule.PolicyRule;
import dev.sallyport.policy.engine.rule.PolicyTier;
import dev.sallyport.statements.WireName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two sets.
 *
 * @param files the files that are not the same, by path
 * @param rules the rules that are not the same, by id; the baseline's are in both sets and never here
 */
public record SetDifference(List<FileChange> files, List<RuleChange> rules) {
    /** What happened to a file or rule. */
    public enum Change implements WireName {
        /** Only the later set has it. */
        ADDED,
        /** Only the earlier set has it. */
        REMOVED,
        /** Its text differs. */
        CHANGED;

        @Override
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static Change of(@Nullable Object before, @Nullable Object after) {
            return before == null ? ADDED : after == null ? REMOVED : CHANGED;
        }
    }

    /**
     * A file that differs.
     *
     * @param path its path
     * @param change what happened to it
     */
    public record FileChange(String path, Change change) {}

    /**
     * A rule that differs.
     *
     * @param id its id
     * @param change what happened to it
     * @param before as it was; null where it is new
     * @param after as it is; null where it is gone
     */
    public record RuleChange(
            String id,
            Change change,
            @Nullable PolicyRule before,
            @Nullable PolicyRule after) {
        /** Only what asks one more question can open nothing and shut nobody out. */
        private boolean needsSecondPerson() {
            return decides(before)
                    || (decides(after) && Objects.requireNonNull(after).tier() == PolicyTier.HARD);
        }

        private static boolean decides(@Nullable PolicyRule rule) {
            return rule != null && !rule.logOnly();
        }
    }

    /** Copies the lists. */
    public SetDifference {
        files = List.copyOf(files);
        rules = List.copyOf(rules);
    }

    /** The difference between two sets and what they were compiled to. */
    public static SetDifference between(
            SetDocument before, PolicySnapshot compiledBefore, SetDocument after, PolicySnapshot compiledAfter) {
        return new SetDifference(
                files(before.files(), after.files()), rules(byId(compiledBefore), byId(compiledAfter)));
    }

    /**
     * The ids of the rules whose change takes two people: those of the hard tier, and those that asked a human and do
     * so no more, or otherwise.
     */
    public List<String> needingSecondPerson() {
        return rules.stream()
                .filter(RuleChange::needsSecondPerson)
                .map(RuleChange::id)
                .toList();
    }

    private static List<FileChange> files(Map<String, String> before, Map<String, String> after) {
        List<FileChange> changes = new ArrayList<>();
        for (String path : union(before.keySet(), after.keySet())) {
            if (!Objects.equals(before.get(path), after.get(path))) {
                changes.add(new FileChange(path, Change.of(before.get(path), after.get(path))));
            }
        }
        return changes;
    }

    private static List<RuleChange> rules(Map<String, PolicyRule> before, Map<String, PolicyRule> after) {
        List<RuleChange> changes = new ArrayList<>();
        for (String id : union(before.keySet(), after.keySet())) {
            PolicyRule old = before.get(id);
            PolicyRule fresh = after.get(id);
            if (old == null || fresh == null || !old.identity().equals(fresh.identity())) {
                changes.add(new RuleChange(id, Change.of(old, fresh), old, fresh));
            }
        }
        return changes;
    }

    private static Map<String, PolicyRule> byId(PolicySnapshot snapshot) {
        Map<String, PolicyRule> rules = new TreeMap<>();
        snapshot.rules().forEach(rule -> rules.put(rule.id(), rule));
        return rules;
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new TreeSet<>(one);
        all.addAll(other);
        return all;
    }
}
