package dev.sallyport.policy.rehearsal;

import dev.sallyport.policy.activation.LoadedSet;
import dev.sallyport.policy.activation.LoadedSets;
import dev.sallyport.policy.activation.PolicySets;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicyRequest;
import dev.sallyport.policy.engine.RehearsalEngine;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.policy.engine.rule.EntityReference;
import dev.sallyport.policy.proposal.CallTable;
import dev.sallyport.policy.proposal.CallTable.RecordedDecision;
import dev.sallyport.statements.predicate.RuleRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Decides the recorded requests of a period again, on two policy sets, and tells where they differ. A request is what
 * policies saw when the call was proposed: it stands in the explanation of its decision, as long as that is kept.
 */
@Component
public class Replay {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int AT_ONCE = 500;
    private static final int MOST_DECISIONS = 10_000;
    private static final int MOST_LISTED = 200;

    private final CallTable calls;
    private final LoadedSets sets;
    private final PolicySets active;
    private final PolicyEngine engine;

    Replay(CallTable calls, LoadedSets sets, PolicySets active, RehearsalEngine rehearsals) {
        this.calls = calls;
        this.sets = sets;
        this.active = active;
        this.engine = rehearsals.engine();
    }

    /**
     * What would be other.
     *
     * @param set the candidate
     * @param against what it was compared with
     * @param decisions how many recorded requests were decided again on both
     * @param failed how many could not be decided on both, and differ in nothing that is known
     * @param next the id behind which further decisions lie; null when there are none
     * @param flips how many came out otherwise, by how
     * @param approvers how many further questions would be asked, by the least role that answers
     * @param changed the first of those that came out otherwise
     */
    public record Report(
            String set,
            String against,
            int decisions,
            int failed,
            @Nullable String next,
            List<Flip> flips,
            Map<String, Integer> approvers,
            List<Changed> changed) {}

    /**
     * A way to come out otherwise.
     *
     * @param before {@code allow}, {@code deny} or {@code approval_required}
     * @param after the same on the candidate
     * @param count of how many requests
     */
    public record Flip(String before, String after, int count) {}

    /**
     * A request that came out otherwise.
     *
     * @param proposalId the call
     * @param at when it was proposed
     * @param principal who asked
     * @param tool for what
     * @param before what is decided without the candidate
     * @param after what the candidate decides
     * @param code the candidate's code
     * @param rules the candidate's determining rules
     */
    public record Changed(
            String proposalId,
            Instant at,
            String principal,
            String tool,
            String before,
            String after,
            String code,
            List<String> rules) {}

    /**
     * Decides the recorded requests of a workspace again.
     *
     * @param set how the caller names the candidate
     * @param against what to compare with; null for the set in force
     * @param after the id behind which to begin; null for the first
     */
    public Report run(
            String workspaceId,
            String set,
            @Nullable String against,
            Instant from,
            Instant to,
            @Nullable String after) {
        LoadedSet candidate = sets.named(set);
        LoadedSet base = against == null ? active.active() : sets.named(against);
        Comparison comparison = new Comparison(base, candidate);
        String position = after == null ? "" : after;
        boolean more = true;
        while (more && comparison.seen < MOST_DECISIONS) {
            List<RecordedDecision> some = calls.decided(workspaceId, from, to, position, AT_ONCE);
            some.forEach(comparison::add);
            more = some.size() == AT_ONCE;
            position = some.isEmpty() ? position : some.getLast().proposalId();
        }
        return comparison.report(more ? position : null);
    }

    /** The two sets, and what was found so far. */
    private final class Comparison {
        private final LoadedSet base;
        private final LoadedSet candidate;
        private final Map<String, Flip> flips = new LinkedHashMap<>();
        private final Map<String, Integer> approvers = new TreeMap<>();
        private final List<Changed> changed = new ArrayList<>();
        private int seen;
        private int failed;

        Comparison(LoadedSet base, LoadedSet candidate) {
            this.base = base;
            this.candidate = candidate;
        }

        void add(RecordedDecision recorded) {
            seen++;
            ToolDecision before;
            ToolDecision after;
            try {
                JsonNode explanation = JSON.readTree(recorded.explanation());
                PolicyRequest request = new PolicyRequest(
                        entity(explanation.path("principal").asString()),
                        explanation.path("action").asString(),
                        entity(explanation.path("resource").asString()));
                Map<String, Object> context = record(explanation.path("context"));
                before = engine.decideOn(base.snapshot(), request, context);
                after = engine.decideOn(candidate.snapshot(), request, context);
            } catch (JacksonException | IllegalArgumentException _) {
                failed++;
                return;
            }
            if (!before.policyEnforced() || !after.policyEnforced()) {
                failed++;
            } else if (before.outcome() != after.outcome()) {
                flip(recorded, before, after);
            }
        }

        private void flip(RecordedDecision recorded, ToolDecision before, ToolDecision after) {
            String was = before.outcome().wire();
            String is = after.outcome().wire();
            flips.merge(was + " " + is, new Flip(was, is, 1), (old, _) -> new Flip(was, is, old.count() + 1));
            if (after.approvalRequired()) {
                var role = after.obligations().approvers();
                approvers.merge(role == null ? "operator" : role.wire(), 1, Integer::sum);
            }
            if (changed.size() < MOST_LISTED) {
                changed.add(new Changed(
                        recorded.proposalId(),
                        recorded.at(),
                        recorded.principal(),
                        recorded.tool(),
                        was,
                        is,
                        after.code().name(),
                        after.rules().stream().map(RuleRef::id).toList()));
            }
        }

        Report report(@Nullable String next) {
            return new Report(
                    candidate.name().toString(),
                    base.name().toString(),
                    seen - failed,
                    failed,
                    next,
                    List.copyOf(flips.values()),
                    Map.copyOf(approvers),
                    List.copyOf(changed));
        }
    }

    /** As {@link EntityReference#toString} writes it. */
    private static EntityReference entity(String text) {
        int colons = text.indexOf("::\"");
        if (colons < 1 || !text.endsWith("\"") || text.length() < colons + 4) {
            throw new IllegalArgumentException("no entity");
        }
        return new EntityReference(text.substring(0, colons), text.substring(colons + 3, text.length() - 1));
    }

    private static Map<String, Object> record(JsonNode object) {
        Map<String, Object> members = new TreeMap<>();
        object.properties().forEach(member -> members.put(member.getKey(), value(member.getValue())));
        return members;
    }

    private static Object value(JsonNode node) {
        if (node.isString()) {
            return node.stringValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        if (node.isArray()) {
            return node.valueStream().map(Replay::value).toList();
        }
        if (node.isObject()) {
            return record(node);
        }
        throw new IllegalArgumentException("no value that policies see");
    }
}
