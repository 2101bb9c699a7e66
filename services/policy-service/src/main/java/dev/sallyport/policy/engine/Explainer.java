package dev.sallyport.policy.engine;

import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.policy.Policy;
import com.cedarpolicy.model.policy.PolicySet;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.engine.rule.PolicyEffect;
import dev.sallyport.policy.engine.rule.PolicyRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds out what would have made a request allowed, by asking Cedar about each single condition of the permits that
 * came close. Off the deciding path: only for requests that were not simply allowed.
 */
final class Explainer {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Each is parsed anew and costs a fraction of a millisecond. More than these nobody reads. */
    private static final int MOST_PERMITS = 20;

    private static final int MOST_CONDITIONS = 10;
    private static final int LONGEST_CONDITION = 500;
    private static final int MOST_WATCHED = 32;
    /** An explanation travels beside its statement, with the arguments, in a quarter of a mebibyte. */
    private static final int MOST_ERRORS = 10;

    private Explainer() {}

    private record Condition(String text, List<String> attributes, Policy policy) {}

    /** On one of {@link CedarThreads} only, unless the request is allowed and nothing is watched. */
    static PolicyExplanation explain(
            PolicySnapshot snapshot, PolicyRequest request, Map<String, Object> context, ToolDecision decision) {
        List<String> errors = new ArrayList<>(decision.errors());
        List<PolicyExplanation.DeterminingRule> logOnly = snapshot.watches()
                ? watched(snapshot.slice(request).watched(), snapshot, request, context, errors)
                : List.of();
        List<PolicyRule> determining = decision.rules().stream()
                .flatMap(rule -> snapshot.rule(rule.id()).stream())
                .toList();
        List<PolicyExplanation.NearMiss> nearMisses = new ArrayList<>();
        Set<String> toAllow = new LinkedHashSet<>();
        if (!decision.allowed()) {
            determining.stream()
                    .flatMap(rule -> Optional.ofNullable(rule.annotations().get("remedy")).stream())
                    .forEach(toAllow::add);
            // Where neither a rule nor the lack of one determined the denial, no other permit would change it.
            boolean byPolicies = !determining.isEmpty() || decision.code() == DecisionCode.DENIED_BY_DEFAULT;
            List<PolicyRule> permits = byPolicies
                    ? snapshot.slice(request).rules().stream()
                            .filter(rule -> rule.effect() == PolicyEffect.PERMIT)
                            .filter(rule -> !decision.rules().contains(rule.identity()))
                            .limit(MOST_PERMITS)
                            .toList()
                    : List.of();
            for (PolicyRule rule : permits) {
                List<PolicyExplanation.FailedCondition> failed = failed(rule, request, context);
                if (!failed.isEmpty()) {
                    nearMisses.add(new PolicyExplanation.NearMiss(rule.id(), failed));
                    if (determining.isEmpty()) {
                        failed.forEach(condition ->
                                toAllow.add(rule.id() + " would permit it if this held: " + condition.condition()));
                    }
                }
            }
            if (toAllow.isEmpty()) {
                toAllow.add("No policy permits " + request.action() + " on " + request.resource() + " for "
                        + request.principal().type() + "; a permit would have to be added to the policy set.");
            }
        }
        return new PolicyExplanation(
                decision.code(),
                determining.stream().map(PolicyExplanation.DeterminingRule::of).toList(),
                nearMisses,
                List.copyOf(toAllow),
                errors,
                decision.obligations(),
                request.principal().toString(),
                request.action(),
                request.resource().toString(),
                context,
                snapshot.version(),
                decision.requestHash(),
                logOnly);
    }

    /** Each by itself: a permit would not be named beside a forbid, and one that fails must not hide the others. */
    private static List<PolicyExplanation.DeterminingRule> watched(
            List<PolicySlice.Watched> rules,
            PolicySnapshot snapshot,
            PolicyRequest request,
            Map<String, Object> context,
            List<String> errors) {
        List<PolicyExplanation.DeterminingRule> held = new ArrayList<>();
        for (PolicySlice.Watched watched : rules) {
            PolicyRule rule = watched.rule();
            if (held.size() == MOST_WATCHED) {
                break;
            }
            try {
                if (CedarEvaluator.evaluate(watched.alone(), snapshot.schema(), request, context)
                        .reasons()
                        .contains(rule.id())) {
                    held.add(PolicyExplanation.DeterminingRule.of(rule, LONGEST_CONDITION));
                }
            } catch (PolicyErrorException e) {
                if (errors.size() == MOST_ERRORS) {
                    break;
                }
                errors.add("the log_only rule " + rule.id() + " failed: "
                        + PolicyExplanation.beginning(String.valueOf(e.getMessage()), LONGEST_CONDITION));
            }
        }
        return held;
    }

    private static List<PolicyExplanation.FailedCondition> failed(
            PolicyRule rule, PolicyRequest request, Map<String, Object> context) {
        Map<String, Condition> conditions;
        Set<String> held;
        try {
            conditions = conditions(rule);
            PolicySet set = new PolicySet(
                    conditions.values().stream().map(Condition::policy).collect(Collectors.toSet()));
            held = conditions.isEmpty()
                    ? Set.of()
                    : CedarEvaluator.evaluate(set, Optional.empty(), request, context)
                            .reasons();
        } catch (PolicyErrorException e) {
            // A condition may lean on the ones before it, or be nested deeper than the native side reads JSON; the rule
            // as a whole is named.
            return List.of(new PolicyExplanation.FailedCondition(
                    PolicyExplanation.beginning(rule.source(), LONGEST_CONDITION), List.of()));
        }
        List<PolicyExplanation.FailedCondition> failed = new ArrayList<>();
        conditions.forEach((id, condition) -> {
            if (!held.contains(id) && failed.size() < MOST_CONDITIONS) {
                failed.add(new PolicyExplanation.FailedCondition(
                        PolicyExplanation.beginning(condition.text, LONGEST_CONDITION), condition.attributes));
            }
        });
        return failed;
    }

    /** One permit per condition, each as if it stood alone. */
    private static Map<String, Condition> conditions(PolicyRule rule) {
        Map<String, Condition> conditions = new LinkedHashMap<>();
        JsonNode policy = JSON.readTree(rule.json());
        for (JsonNode clause : policy.path("conditions")) {
            for (JsonNode part : conjuncts(clause)) {
                String id = rule.id() + "/" + conditions.size();
                ObjectNode alone = JSON.createObjectNode();
                alone.put("effect", "permit");
                alone.putObject("principal").put("op", "All");
                alone.putObject("action").put("op", "All");
                alone.putObject("resource").put("op", "All");
                ArrayNode only = alone.putArray("conditions");
                only.addObject().put("kind", clause.path("kind").asString()).set("body", part);
                try {
                    Policy single = Policy.fromJson(id, alone.toString());
                    conditions.put(id, new Condition(text(single), attributes(part), single));
                } catch (InternalException e) {
                    throw new PolicyErrorException("a condition of " + rule.id() + " could not be read", e);
                }
            }
        }
        return conditions;
    }

    private static List<JsonNode> conjuncts(JsonNode clause) {
        JsonNode body = clause.path("body");
        if (!"when".equals(clause.path("kind").asString())) {
            return List.of(body);
        }
        List<JsonNode> parts = new ArrayList<>();
        split(body, parts);
        return parts;
    }

    private static void split(JsonNode expression, List<JsonNode> into) {
        if (expression.has("&&")) {
            split(expression.path("&&").path("left"), into);
            split(expression.path("&&").path("right"), into);
        } else {
            into.add(expression);
        }
    }

    private static String text(Policy policy) {
        String source = policy.getSource();
        int open = source.indexOf('{');
        int close = source.lastIndexOf('}');
        String kind = source.contains("unless") && source.indexOf("unless") < open ? "not (" : "";
        String inner = open < 0 || close < open ? source : source.substring(open + 1, close);
        String flat = inner.replaceAll("\\s+", " ").trim();
        return kind.isEmpty() ? flat : kind + flat + ")";
    }

    private static List<String> attributes(JsonNode expression) {
        Set<String> names = new LinkedHashSet<>();
        collect(expression, names);
        return List.copyOf(names);
    }

    private static void collect(JsonNode node, Set<String> names) {
        JsonNode access = node.path(".");
        if ("context".equals(access.path("left").path("Var").asString(""))) {
            names.add(access.path("attr").asString());
        }
        node.forEach(child -> collect(child, names));
    }
}
