package dev.sallyport.policy.engine;

import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.policy.Policy;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.model.schema.Schema;
import dev.sallyport.policy.engine.cedar.NativeCache;
import dev.sallyport.policy.engine.rule.EntityReference;
import dev.sallyport.policy.engine.rule.PolicyRule;
import dev.sallyport.policy.engine.rule.PolicyTier;
import dev.sallyport.statements.Digest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One compiled, immutable, content-addressed set of policies with its schema and its index by scope.
 *
 * <p>Cedar's cost is linear in the number of policies, cached or not, because each call copies the set. So a request
 * only meets the slice of policies whose heads may match it.
 */
public final class PolicySnapshot {
    private static final int CACHED_SLICES = 512;
    private static final String TIME = "\"time\"";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Digest version;
    private final boolean watches;
    private final Schema schema;
    private final Map<String, PolicyRule> rules = new LinkedHashMap<>();
    private final Map<String, Set<String>> actionGroups;
    private final Map<String, Named> namedByAction = new HashMap<>();
    private final Map<Key, PolicySlice> slices = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, PolicySlice> eldest) {
            return size() > CACHED_SLICES;
        }
    };

    /** Entities that some rule for an action names exactly; only these need slices of their own. */
    private record Named(Set<EntityReference> principals, Set<EntityReference> resources) {}

    private record Key(
            String action,
            String principalType,
            @Nullable EntityReference principal,
            String resourceType,
            @Nullable EntityReference resource) {}

    /**
     * A snapshot of compiled rules.
     *
     * @param version SHA-256 over paths, files, schema and engine version
     * @param schema the cached schema
     * @param rules all rules, ids unique
     * @param actionGroups for each action of the schema all groups it is in, with itself
     */
    public PolicySnapshot(
            Digest version, Schema schema, List<PolicyRule> rules, Map<String, Set<String>> actionGroups) {
        this.version = version;
        this.schema = schema;
        this.actionGroups = Map.copyOf(actionGroups);
        this.watches = rules.stream().anyMatch(PolicyRule::logOnly);
        for (PolicyRule rule : rules) {
            if (this.rules.put(rule.id(), rule) != null) {
                throw new IllegalArgumentException("two policies are called " + rule.id());
            }
        }
    }

    /** The content address of the set. */
    public Digest version() {
        return version;
    }

    /** All rules, in the set's order. */
    public List<PolicyRule> rules() {
        return List.copyOf(rules.values());
    }

    /** Whether there are rules that are only watched. */
    boolean watches() {
        return watches;
    }

    /** The actions that the schema knows, groups included. */
    public Set<String> actions() {
        return actionGroups.keySet();
    }

    /** The rule of this id. */
    public Optional<PolicyRule> rule(String id) {
        return Optional.ofNullable(rules.get(id));
    }

    Optional<Schema> schema() {
        return Optional.of(schema);
    }

    /**
     * The slice for a request, built at its first use. On one of {@link CedarThreads} only.
     *
     * @throws PolicyErrorException for an action that the schema does not know; nothing is kept of it
     */
    PolicySlice slice(PolicyRequest request) {
        if (!actionGroups.containsKey(request.action())) {
            throw new PolicyErrorException("the schema has no such action", null);
        }
        synchronized (slices) {
            Named named = namedByAction.computeIfAbsent(request.action(), this::namedFor);
            EntityReference who = request.principal();
            EntityReference what = request.resource();
            Key key = new Key(
                    request.action(),
                    who.type(),
                    named.principals.contains(who) ? who : null,
                    what.type(),
                    named.resources.contains(what) ? what : null);
            PolicySlice slice = slices.get(key);
            if (slice == null) {
                slice = cached(rules.values().stream()
                        .filter(rule -> rule.scope().mayMatch(request.action(), who, what, actionGroups))
                        .toList());
                slices.put(key, slice);
            }
            return slice;
        }
    }

    /** Everything as one slice: what a slice must agree with. */
    PolicySlice everything() {
        return cached(rules());
    }

    private Named namedFor(String action) {
        Set<EntityReference> principals = new HashSet<>();
        Set<EntityReference> resources = new HashSet<>();
        for (PolicyRule rule : rules.values()) {
            if (rule.scope().mayMatchAction(action, actionGroups)) {
                Optional.ofNullable(rule.scope().principal()).ifPresent(principals::add);
                Optional.ofNullable(rule.scope().resource()).ifPresent(resources::add);
            }
        }
        return new Named(principals, resources);
    }

    private static PolicySlice cached(List<PolicyRule> all) {
        List<PolicyRule> rules = all.stream().filter(rule -> !rule.logOnly()).toList();
        List<PolicyRule> hard =
                rules.stream().filter(rule -> rule.tier() == PolicyTier.HARD).toList();
        PolicySet full = cachedSet(rules);
        return new PolicySlice(
                rules,
                rules.stream().noneMatch(PolicySnapshot::looksAtTheTime),
                full,
                hard.size() == rules.size() ? full : cachedSet(hard),
                all.stream()
                        .filter(PolicyRule::logOnly)
                        .map(rule -> new PolicySlice.Watched(rule, cachedSet(List.of(rule))))
                        .toList());
    }

    /**
     * Whether a policy may decide otherwise an hour later. The attribute's name stands in the conditions of Cedar's JSON
     * form of whatever reads it or compares the whole context with a record that has it. Annotations decide nothing.
     */
    private static boolean looksAtTheTime(PolicyRule rule) {
        return rule.json().contains(TIME)
                && JSON.readTree(rule.json()).path("conditions").toString().contains(TIME);
    }

    /** A fresh set, cached once and then never touched. Ids are ours: {@code parsePolicies} ignores {@code @id}. */
    static PolicySet cachedSet(List<PolicyRule> rules) {
        Set<Policy> policies = new LinkedHashSet<>();
        for (PolicyRule rule : rules) {
            policies.add(new Policy(rule.source(), rule.id()));
        }
        PolicySet set = new PolicySet(policies);
        try {
            NativeCache.keep(set);
        } catch (CacheException e) {
            throw new PolicyUnavailableException("the policy set could not be cached", e);
        }
        return set;
    }
}
