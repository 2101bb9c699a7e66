package dev.sallyport.policy.engine;

import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.engine.rule.Obligations;
import dev.sallyport.policy.engine.rule.PolicyRule;
import dev.sallyport.policy.engine.rule.PolicyTier;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.predicate.RuleRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Decides requests against the active snapshot.
 *
 * <p>Three outcomes from a binary language: hard and approval tier together allow: <b>allow</b>. Only approval-tier
 * forbids deny, and the hard tier alone allows: <b>approval required</b>, with those rules. Else <b>deny</b>. Whatever
 * fails on the way denies.
 */
public final class PolicyEngine {
    private static final Logger log = LoggerFactory.getLogger(PolicyEngine.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int KEPT = 8;

    /** More determining rules than a statement carries. Of permits and of absolute forbids each alone is enough. */
    private static final int MOST_RULES = 32;

    /** For decisions that are not published. */
    private static final byte[] UNSALTED = {};

    private final CedarThreads threads;
    private final AtomicReference<@Nullable PolicySnapshot> active = new AtomicReference<>();
    private final Deque<PolicySnapshot> recent = new ArrayDeque<>();
    private final DecisionCache decided = new DecisionCache();

    /** An engine without a snapshot: it denies everything with {@code POLICY_UNAVAILABLE}. */
    public PolicyEngine(CedarThreads threads) {
        this.threads = threads;
    }

    /** Makes this snapshot decide from now on. Decisions under way end on the one they began with. */
    public void activate(PolicySnapshot snapshot) {
        synchronized (recent) {
            recent.removeIf(kept -> kept.version().equals(snapshot.version()));
            recent.addFirst(snapshot);
            while (recent.size() > KEPT) {
                recent.removeLast();
            }
        }
        active.set(snapshot);
    }

    /** From now on nothing decides: everything is denied with {@code POLICY_UNAVAILABLE}. */
    public void deactivate() {
        active.set(null);
    }

    /** The snapshot that decides now. */
    public Optional<PolicySnapshot> active() {
        return Optional.ofNullable(active.get());
    }

    /** Decides. Never throws: what fails denies. */
    public ToolDecision decide(PolicyRequest request, PolicyRequestContext context) {
        return decide(request, context, Set.of());
    }

    /**
     * Decides with some approval-tier rules lifted by an approval. Only rules that have both the name and the content
     * that were approved are lifted; hard rules never are.
     */
    public ToolDecision decide(PolicyRequest request, PolicyRequestContext context, Collection<RuleRef> lifted) {
        return decide(request, context, lifted, UNSALTED);
    }

    /**
     * The same for a decision that is published. Requests can be guessed, so whoever could compute the hash of a guess
     * would know the request.
     *
     * @param salt random bytes that only those know who may know the request
     */
    public ToolDecision decide(
            PolicyRequest request, PolicyRequestContext context, Collection<RuleRef> lifted, byte[] salt) {
        PolicySnapshot snapshot = active.get();
        if (snapshot == null || !lifted.isEmpty()) {
            return decide(snapshot, request, context.attributes(request), lifted, salt, null);
        }
        ToolDecision known = decided.find(snapshot.version(), request, context, salt);
        return known == null ? decide(snapshot, request, context.attributes(request), lifted, salt, context) : known;
    }

    ToolDecision decide(PolicyRequest request, Map<String, Object> context, Collection<RuleRef> lifted, byte[] salt) {
        return decide(active.get(), request, context, lifted, salt, null);
    }

    /** What a snapshot would decide, active or not. Never throws: what fails denies. */
    public ToolDecision decideOn(PolicySnapshot snapshot, PolicyRequest request, PolicyRequestContext context) {
        return decide(snapshot, request, context.attributes(request), Set.of(), UNSALTED, null);
    }

    /**
     * The same for a request that an explanation has kept.
     *
     * @param context its attributes as an explanation shows them: text, booleans, longs, lists and maps of these
     */
    public ToolDecision decideOn(PolicySnapshot snapshot, PolicyRequest request, Map<String, Object> context) {
        return decide(snapshot, request, context, Set.of(), UNSALTED, null);
    }

    /**
     * Decides.
     *
     * @param remembered what the attributes were made of, where the decision may be remembered; else null
     */
    private ToolDecision decide(
            @Nullable PolicySnapshot snapshot,
            PolicyRequest request,
            Map<String, Object> context,
            Collection<RuleRef> lifted,
            byte[] salt,
            @Nullable PolicyRequestContext remembered) {
        Digest hash = null;
        try {
            RequestGuard.verify(context);
            byte[] canonical = canonical(request, context);
            hash = requestHash(canonical, salt);
            if (snapshot == null) {
                throw new PolicyUnavailableException("no policy set is active", null);
            }
            Digest requestHash = hash;
            return threads.call(() -> {
                PolicySlice slice = snapshot.slice(request);
                ToolDecision decision = decideOn(snapshot, slice, request, context, lifted, requestHash);
                if (remembered != null) {
                    decided.keep(request, remembered, slice.timeless(), canonical, decision);
                }
                return decision;
            });
        } catch (PolicyFailure failure) {
            log.warn("Denied with {}: {}", failure.code(), failure.getMessage());
            return failed(failure.code(), failure, snapshot, hash);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            log.error("Denied: the policy engine failed", e);
            return failed(DecisionCode.POLICY_ERROR, e, snapshot, hash);
        }
    }

    /** Explains a decision with the snapshot that made it, as far as that is still at hand. */
    public PolicyExplanation explain(PolicyRequest request, PolicyRequestContext context, ToolDecision decision) {
        return explain(recent(decision.policySetVersion()), request, context, decision);
    }

    /** Explains what a snapshot has decided; without one, only what the decision says itself. */
    public PolicyExplanation explain(
            @Nullable PolicySnapshot snapshot,
            PolicyRequest request,
            PolicyRequestContext context,
            ToolDecision decision) {
        Map<String, Object> attributes = context.attributes(request);
        if (snapshot == null || !decision.policyEnforced()) {
            return PolicyExplanation.withoutPolicies(request, attributes, decision);
        }
        try {
            // What is allowed is explained by its rules alone, without Cedar, unless something is watched.
            return decision.allowed() && !snapshot.watches()
                    ? Explainer.explain(snapshot, request, attributes, decision)
                    : threads.call(() -> Explainer.explain(snapshot, request, attributes, decision));
        } catch (PolicyFailure failure) {
            log.warn("No explanation: {}", failure.getMessage());
            return PolicyExplanation.withoutPolicies(request, attributes, decision);
        }
    }

    /** A rule of the set that made a decision, as far as that set is still at hand. */
    public Optional<PolicyRule> rule(ToolDecision decision, String id) {
        return Optional.ofNullable(recent(decision.policySetVersion())).flatMap(snapshot -> snapshot.rule(id));
    }

    static ToolDecision decideOn(
            PolicySnapshot snapshot,
            PolicySlice slice,
            PolicyRequest request,
            Map<String, Object> context,
            Collection<RuleRef> lifted,
            Digest hash) {
        CedarEvaluator.Answer full = CedarEvaluator.evaluate(slice.full(), snapshot.schema(), request, context);
        if (full.allowed()) {
            return decided(snapshot, hash, DecisionCode.ALLOWED, rules(snapshot, full.reasons()), List.of());
        }
        List<PolicyRule> forbids = rules(snapshot, full.reasons());
        if (forbids.isEmpty()) {
            return decided(snapshot, hash, DecisionCode.DENIED_BY_DEFAULT, forbids, List.of());
        }
        if (forbids.stream().anyMatch(rule -> rule.tier() == PolicyTier.HARD)) {
            List<PolicyRule> hard = forbids.stream()
                    .filter(rule -> rule.tier() == PolicyTier.HARD)
                    .toList();
            DecisionCode code = hard.stream()
                    .map(PolicyRule::code)
                    .min(Comparator.naturalOrder())
                    .orElse(DecisionCode.FORBIDDEN);
            return decided(snapshot, hash, code, hard, List.of());
        }
        CedarEvaluator.Answer base = CedarEvaluator.evaluate(slice.base(), snapshot.schema(), request, context);
        if (!base.allowed()) {
            // A human may not be asked for what no permit would allow afterwards.
            return decided(snapshot, hash, DecisionCode.DENIED_BY_DEFAULT, rules(snapshot, base.reasons()), List.of());
        }
        List<PolicyRule> permits = rules(snapshot, base.reasons());
        List<PolicyRule> asking = forbids.stream()
                .filter(rule -> !lifted.contains(rule.identity()))
                .toList();
        if (asking.size() > MOST_RULES) {
            // Each of them must be lifted by name, so none can be left out.
            throw new PolicyErrorException(
                    "more than " + MOST_RULES + " rules ask a human about one request; let fewer rules match it", null);
        }
        return asking.isEmpty()
                ? decided(snapshot, hash, DecisionCode.ALLOWED, permits, forbids)
                : decided(snapshot, hash, DecisionCode.SENSITIVE_NEEDS_APPROVAL, asking, permits);
    }

    private static ToolDecision decided(
            PolicySnapshot snapshot,
            Digest hash,
            DecisionCode code,
            List<PolicyRule> determining,
            List<PolicyRule> alsoObliging) {
        List<Obligations> obligations = new ArrayList<>();
        determining.forEach(rule -> obligations.add(rule.obligations()));
        alsoObliging.forEach(rule -> obligations.add(rule.obligations()));
        return new ToolDecision(
                code,
                true,
                determining.stream().limit(MOST_RULES).map(PolicyRule::identity).toList(),
                Obligations.strictest(obligations),
                snapshot.version(),
                hash,
                List.of());
    }

    private static ToolDecision failed(
            DecisionCode code, Throwable failure, @Nullable PolicySnapshot snapshot, @Nullable Digest hash) {
        return new ToolDecision(
                code,
                false,
                List.of(),
                Obligations.NONE,
                snapshot == null ? null : snapshot.version(),
                hash,
                List.of(String.valueOf(failure.getMessage())));
    }

    private static List<PolicyRule> rules(PolicySnapshot snapshot, Set<String> ids) {
        List<PolicyRule> rules = new ArrayList<>();
        for (String id : ids) {
            rules.add(snapshot.rule(id)
                    .orElseThrow(() -> new PolicyErrorException("Cedar names the unknown policy " + id, null)));
        }
        return rules;
    }

    private @Nullable PolicySnapshot recent(@Nullable Digest version) {
        synchronized (recent) {
            return recent.stream()
                    .filter(kept -> kept.version().equals(version))
                    .findFirst()
                    .orElse(null);
        }
    }

    /** The request in canonical JSON (RFC 8785), sets sorted. */
    private static byte[] canonical(PolicyRequest request, Map<String, Object> context) {
        Map<String, Object> all = new TreeMap<>();
        all.put("action", request.action());
        all.put("context", context);
        all.put("principal", request.principal().toString());
        all.put("resource", request.resource().toString());
        return CanonicalJson.write(JSON.valueToTree(all));
    }

    /** SHA-256 of the salt and the canonical request. */
    static Digest requestHash(byte[] canonical, byte[] salt) {
        byte[] salted = Arrays.copyOf(salt, salt.length + canonical.length);
        System.arraycopy(canonical, 0, salted, salt.length, canonical.length);
        return Digest.of(salted);
    }
}
