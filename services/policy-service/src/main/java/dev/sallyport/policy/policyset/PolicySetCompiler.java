package dev.sallyport.policy.policyset;

import com.cedarpolicy.AuthorizationEngine;
import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.Effect;
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
import dev.sallyport.policy.engine.PolicyTier;
import dev.sallyport.policy.engine.rule.Obligations;
import dev.sallyport.policy.engine.rule.PolicyEffect;
import dev.sallyport.policy.engine.rule.PolicyRule;
import dev.sallyport.policy.engine.rule.PolicyScope;
import dev.sallyport.policy.engine.rule.PolicyTier;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.RuleRef;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Turns a policy set's files into a snapshot, or says where it is wrong. Nothing is activated here. */
public final class PolicySetCompiler {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern ID = Pattern.compile("[a-z0-9]+([.-][a-z0-9]+)*");
    private static final int CACHE_SETS = 16_384;
    private static final Duration BUDGET = Duration.ofMinutes(1);

    private final CedarThreads threads;

    /** A compiler that enters native code on these threads only. */
    public PolicySetCompiler(CedarThreads threads) {
        this.threads = threads;
    }

    /**
     * Compiles a set: guards, parses, checks ids, tiers and annotations, validates against the schema.
     *
     * @throws InvalidPolicySetException with file, line and column
     */
    public PolicySnapshot compile(PolicyFiles files) {
        PolicySourceGuard.verifySize(files);
        PolicySourceGuard.verifySchema(files.schema());
        List<PolicySource> sources = new ArrayList<>();
        for (PolicyFile file : files.files()) {
            PolicyTier tier = tierOf(file);
            for (PolicySourceGuard.Piece piece : PolicySourceGuard.policies(file)) {
                sources.add(new PolicySource(file.path(), tier, piece.text(), piece.line()));
            }
        }
        return threads.call(() -> compile(files, sources), BUDGET);
    }

    private record PolicySource(String file, PolicyTier tier, String text, int line) {
        InvalidPolicySetException refused(String message, @Nullable Throwable cause) {
            return new InvalidPolicySetException(file, line, 1, message, cause);
        }
    }

    private static PolicySnapshot compile(PolicyFiles files, List<PolicySource> sources) {
        // Room for every slice of the snapshots kept; the default of 1024 is met within minutes of busy reloading.
        PolicySet.setCacheMaxPolicySets(CACHE_SETS);
        Schema schema = schema(files.schema());
        Set<String> ids = new HashSet<>();
        List<PolicyRule> rules = new ArrayList<>();
        for (PolicySource source : sources) {
            PolicyRule rule = rule(source);
            if (!ids.add(rule.id())) {
                throw source.refused("Two policies are called " + rule.id() + "; give each an @id of its own.", null);
            }
            rules.add(rule);
        }
        validate(schema, rules);
        return new PolicySnapshot(
                files.version("cedar-java " + AuthorizationEngine.getCedarLangVersion()),
                schema,
                rules,
                actionGroups(schema));
    }

    private static PolicyTier tierOf(PolicyFile file) {
        int slash = file.path().indexOf('/');
        return PolicyTier.of(slash < 0 ? "" : file.path().substring(0, slash))
                .filter(tier -> file.path().endsWith(".cedar"))
                .orElseThrow(() -> new InvalidPolicySetException(
                        file.path(), 1, 1, "A policy file must lie in hard/ or approval/ and end in .cedar.", null));
    }

    private static Schema schema(String text) {
        try {
            Schema schema = Schema.parse(Schema.JsonOrCedar.Cedar, text);
            schema.cache();
            return schema;
        } catch (InternalException | CacheException e) {
            throw new InvalidPolicySetException("schema.cedarschema", 1, 1, String.valueOf(e.getMessage()), e);
        }
    }

    private static PolicyRule rule(PolicySource source) {
        Map<String, String> annotations;
        String json;
        PolicyEffect effect;
        PolicyScope scope;
        try {
            Policy policy = Policy.parseStaticPolicy(source.text());
            annotations = policy.getAnnotations();
            json = policy.toJson();
            effect = policy.effect() == Effect.PERMIT ? PolicyEffect.PERMIT : PolicyEffect.FORBID;
            scope = PolicyScope.of(JSON.readTree(json));
        } catch (InternalException e) {
            throw source.refused(String.valueOf(e.getMessage()), e);
        } catch (StreamConstraintsException e) {
            throw source.refused(
                    "The policy has more operators in one expression than can be explained; write a set, or several policies.",
                    e);
        }
        String id = annotations.getOrDefault("id", "");
        if (!ID.matcher(id).matches()) {
            throw source.refused("Every policy needs an @id of lower-case letters, digits, '.' and '-'.", null);
        }
        if (!source.tier().wire().equals(annotations.get("tier"))) {
            throw source.refused(
                    "The policy lies in " + source.tier().wire() + "/ and must say @tier(\""
                            + source.tier().wire() + "\").",
                    null);
        }
        if (source.tier() == PolicyTier.APPROVAL && effect != PolicyEffect.FORBID) {
            throw source.refused("The approval tier holds forbids only: a permit there could never ask anybody.", null);
        }
        Obligations obligations;
        try {
            obligations = Obligations.of(annotations);
        } catch (IllegalArgumentException e) {
            throw source.refused(String.valueOf(e.getMessage()), e);
        }
        return new PolicyRule(
                new RuleRef(id, Digest.of(source.text().getBytes(StandardCharsets.UTF_8))),
                source.tier(),
                effect,
                source.file(),
                source.line(),
                source.text(),
                annotations,
                obligations,
                scope,
                json);
    }

    private static void validate(Schema schema, List<PolicyRule> rules) {
        Set<Policy> policies = new LinkedHashSet<>();
        rules.forEach(rule -> policies.add(new Policy(rule.source(), rule.id())));
        ValidationResponse response;
        try {
            response = new BasicAuthorizationEngine().validate(new ValidationRequest(schema, new PolicySet(policies)));
        } catch (AuthException e) {
            throw new InvalidPolicySetException("", 1, 1, String.valueOf(e.getMessage()), e);
        }
        if (response.validationPassed()) {
            return;
        }
        response.success
                .flatMap(success -> success.validationErrors.stream().findFirst())
                .ifPresent(error -> {
                    PolicyRule rule = rules.stream()
                            .filter(each -> each.id().equals(error.getPolicyId()))
                            .findFirst()
                            .orElseThrow();
                    throw new InvalidPolicySetException(
                            rule.file(), rule.line(), 1, rule.id() + ": " + error.getError().message, null);
                });
        throw new InvalidPolicySetException("", 1, 1, String.valueOf(response.errors), null);
    }

    /** For each action all groups it is in, itself included, from the schema's {@code memberOf}. */
    private static Map<String, Set<String>> actionGroups(Schema schema) {
        Map<String, Set<String>> direct = new HashMap<>();
        try {
            JsonNode namespaces = JSON.readTree(schema.toJsonFormat().toString());
            for (JsonNode namespace : namespaces) {
                namespace.path("actions").properties().forEach(action -> {
                    Set<String> parents = direct.computeIfAbsent(action.getKey(), key -> new HashSet<>());
                    action.getValue()
                            .path("memberOf")
                            .forEach(parent -> parents.add(parent.path("id").asString()));
                });
            }
        } catch (InternalException | JsonProcessingException e) {
            throw new InvalidPolicySetException("schema.cedarschema", 1, 1, String.valueOf(e.getMessage()), e);
        }
        Map<String, Set<String>> closed = new HashMap<>();
        direct.keySet().forEach(action -> {
            Set<String> groups = new LinkedHashSet<>();
            close(action, direct, groups);
            closed.put(action, Set.copyOf(groups));
        });
        return closed;
    }

    private static void close(String action, Map<String, Set<String>> direct, Set<String> into) {
        if (into.add(action)) {
            direct.getOrDefault(action, Set.of()).forEach(parent -> close(parent, direct, into));
        }
    }
}
