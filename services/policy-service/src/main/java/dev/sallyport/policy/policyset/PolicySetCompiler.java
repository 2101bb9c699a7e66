package dev.sallyport.policy.policyset;

import com.cedarpolicy.AuthorizationEngine;
import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.DetailedError;
import com.cedarpolicy.model.ValidationRequest;
import com.cedarpolicy.model.ValidationResponse;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.policy.Policy;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.model.schema.Schema;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sallyport.policy.engine.CedarThreads;
import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.engine.cedar.NativeCache;
import dev.sallyport.policy.engine.rule.ActionGroups;
import dev.sallyport.policy.engine.rule.PolicyRule;
import dev.sallyport.policy.engine.rule.PolicyTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/** Turns a policy set's files into a snapshot, or says where it is wrong. Nothing is activated here. */
public final class PolicySetCompiler {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int CACHE_SETS = 16_384;
    private static final int MOST_FINDINGS = 100;
    private static final int MOST_WATCHED = 32;
    private static final Duration BUDGET = Duration.ofMinutes(1);

    private final CedarThreads threads;

    /** A compiler that enters native code on these threads only. */
    public PolicySetCompiler(CedarThreads threads) {
        this.threads = threads;
    }

    /** The engine that compiles and decides, as it counts for a set's version. */
    public static String engine() {
        return "cedar-java " + AuthorizationEngine.getCedarLangVersion();
    }

    /**
     * Compiles a set: guards, parses, checks ids, tiers and annotations, validates against the schema.
     *
     * @throws InvalidPolicySetException with file, line and column
     */
    public PolicySnapshot compile(PolicyFiles files) {
        return check(files).orRefuse();
    }

    /** The same, and all that is wrong with the set, at most a hundred findings. */
    Compiled check(PolicyFiles files) {
        List<Finding> findings = new ArrayList<>();
        List<PolicySource> sources = new ArrayList<>();
        try {
            PolicySourceGuard.verifySize(files);
            PolicySourceGuard.verifySchema(files.schema());
        } catch (InvalidPolicySetException e) {
            return new Compiled(null, e.findings());
        }
        for (PolicyFile file : files.files()) {
            try {
                PolicyTier tier = tierOf(file);
                PolicySourceGuard.policies(file)
                        .forEach(piece -> sources.add(new PolicySource(file.path(), tier, piece)));
            } catch (InvalidPolicySetException e) {
                findings.addAll(e.findings());
            }
        }
        return threads.call(() -> compile(files, sources, findings), BUDGET);
    }

    private static Compiled compile(PolicyFiles files, List<PolicySource> sources, List<Finding> findings) {
        // Room for every slice of the snapshots kept; the default of 1024 is met within minutes of busy reloading.
        PolicySet.setCacheMaxPolicySets(CACHE_SETS);
        Map<PolicyRule, PolicySource> rules = new LinkedHashMap<>();
        Schema schema;
        Map<String, Set<String>> groups;
        try {
            schema = schema(files.schema());
            groups = actionGroups(schema);
        } catch (InvalidPolicySetException e) {
            return new Compiled(null, e.findings());
        }
        Set<String> ids = new HashSet<>();
        for (PolicySource source : sources) {
            try {
                PolicyRule rule = source.rule(schema);
                if (!ids.add(rule.id())) {
                    throw source.refused("Two policies are called " + rule.id() + "; give each an @id of its own.");
                }
                rules.put(rule, source);
            } catch (InvalidPolicySetException e) {
                findings.addAll(e.findings());
            }
        }
        refuseTooManyWatched(rules, findings);
        validate(schema, rules, findings);
        List<Finding> told = findings.stream()
                .sorted(Comparator.comparing(Finding::file)
                        .thenComparingInt(Finding::line)
                        .thenComparingInt(Finding::column))
                .limit(MOST_FINDINGS)
                .toList();
        return new Compiled(
                findings.stream().anyMatch(Finding::isError)
                        ? null
                        : new PolicySnapshot(files.version(engine()), schema, List.copyOf(rules.keySet()), groups),
                told);
    }

    /** Each is asked by itself for every explanation, and takes a place of its own in Cedar's memory. */
    private static void refuseTooManyWatched(Map<PolicyRule, PolicySource> rules, List<Finding> findings) {
        List<PolicySource> watched = rules.entrySet().stream()
                .filter(rule -> rule.getKey().logOnly())
                .map(Map.Entry::getValue)
                .toList();
        if (watched.size() > MOST_WATCHED) {
            findings.addAll(watched.get(MOST_WATCHED)
                    .refused("A set has at most " + MOST_WATCHED + " policies with @log_only.")
                    .findings());
        }
    }

    private static PolicyTier tierOf(PolicyFile file) {
        int slash = file.path().indexOf('/');
        return PolicyTier.of(slash < 0 ? "" : file.path().substring(0, slash))
                .filter(tier -> file.path().endsWith(".cedar"))
                .orElseThrow(() -> new InvalidPolicySetException(
                        file.path(), 1, 1, "A policy file must lie in hard/ or approval/ and end in .cedar."));
    }

    private static Schema schema(String text) {
        try {
            Schema schema = Schema.parse(Schema.JsonOrCedar.Cedar, text);
            NativeCache.keep(schema);
            return schema;
        } catch (InternalException | CacheException e) {
            throw new InvalidPolicySetException("schema.cedarschema", 1, 1, String.valueOf(e.getMessage()));
        }
    }

    private static void validate(Schema schema, Map<PolicyRule, PolicySource> rules, List<Finding> findings) {
        Set<Policy> policies = new LinkedHashSet<>();
        Map<String, PolicySource> sources = new HashMap<>();
        rules.forEach((rule, source) -> {
            policies.add(new Policy(rule.source(), rule.id()));
            sources.put(rule.id(), source);
        });
        ValidationResponse response;
        try {
            response = new BasicAuthorizationEngine().validate(new ValidationRequest(schema, new PolicySet(policies)));
        } catch (AuthException e) {
            findings.add(Finding.error("", 1, 1, null, String.valueOf(e.getMessage())));
            return;
        }
        if (response.success.isEmpty()) {
            findings.add(Finding.error("", 1, 1, null, String.valueOf(response.errors)));
            return;
        }
        Set<String> refused = new HashSet<>();
        response.success.get().validationErrors.forEach(error -> {
            refused.add(error.getPolicyId());
            findings.add(about(sources, Finding.Level.ERROR, error));
        });
        // What is refused anyway need not be called impossible too.
        response.success.get().validationWarnings.stream()
                .filter(warning -> !refused.contains(warning.getPolicyId()))
                .forEach(warning -> findings.add(about(sources, Finding.Level.WARNING, warning)));
    }

    private static Finding about(
            Map<String, PolicySource> sources, Finding.Level level, ValidationResponse.ValidationError error) {
        String id = error.getPolicyId();
        PolicySource source = sources.get(id);
        DetailedError detail = error.getError();
        if (source == null) {
            return new Finding(level, "", 1, 1, id, detail.message);
        }
        return source.finding(level, id, detail);
    }

    private static Map<String, Set<String>> actionGroups(Schema schema) {
        try {
            return ActionGroups.of(JSON.readTree(schema.toJsonFormat().toString()))
                    .closed();
        } catch (InternalException | JsonProcessingException e) {
            throw new InvalidPolicySetException("schema.cedarschema", 1, 1, String.valueOf(e.getMessage()));
        }
    }
}
