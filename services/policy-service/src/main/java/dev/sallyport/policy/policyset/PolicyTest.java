package dev.sallyport.policy.policyset;

import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicyRequest;
import dev.sallyport.policy.engine.PolicyRequestContext;
import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.engine.SkillFacts;
import dev.sallyport.policy.engine.ToolArguments;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.statements.predicate.Decision.Outcome;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A test that stands beside the policies: a request, and what must come out. What a request leaves out is open: a
 * harmless call that the workspace's configuration lets through, by an agent.
 *
 * @param name what the test says
 * @param request what is asked
 * @param expect what must come out
 */
record PolicyTest(String name, Request request, Expectation expect) {
    private static final String MONDAY = "2026-11-30T10:00:00Z";
    private static final String WORKSPACE = "01JD0000000000000000000000";

    /**
     * What is asked.
     *
     * @param principal {@code agent:demo}, {@code person:…} or {@code service:…}
     * @param role the principal's role; left out: {@code agent} for an agent, else {@code operator}
     * @param action left out: {@code tool.execute}
     * @param tool the tool of a call
     * @param skill the skill that the tool is of
     * @param skillDigest digest of its package; zeroes when left out
     * @param skillStatus its status; {@code enabled} when left out
     * @param workspace left out: some workspace
     * @param channel left out: {@code api}
     * @param device left out: none
     * @param session left out: {@code default}
     * @param run left out: {@code default}
     * @param capabilities of the tool and the call, such as {@code process_exec}; left out: none
     * @param secrets the names of secrets
     * @param egressHosts the hosts asked for
     * @param at when it is decided, such as {@code 2026-11-30T10:00:00Z}; left out: that moment, a Monday morning
     * @param args typed attributes of the arguments
     * @param context attributes that differ from an open call's
     * @param outside what the principal asks about its own users and things, for {@code access.evaluate}
     */
    record Request(
            String principal,
            @Nullable String role,
            @Nullable String action,
            @Nullable String tool,
            @Nullable String skill,
            @Nullable String skillDigest,
            @Nullable String skillStatus,
            @Nullable String workspace,
            @Nullable String channel,
            @Nullable String device,
            @Nullable String session,
            @Nullable String run,
            @Nullable Set<String> capabilities,
            @Nullable Set<String> secrets,
            @Nullable Set<String> egressHosts,
            @Nullable String at,
            @Nullable Args args,
            @Nullable Map<String, Boolean> context,
            @Nullable OutsideQuestion outside) {}

    /** The typed attributes of arguments, as the schema names them. */
    record Args(
            @Nullable String executable,
            @Nullable Set<String> paths,
            @Nullable Set<String> hosts,
            @Nullable Long count) {}

    /**
     * What must come out.
     *
     * @param decision {@code allow}, {@code deny} or {@code approval}
     * @param rule a rule that must be among the determining ones
     * @param code the decision's code
     */
    record Expectation(
            String decision,
            @Nullable String rule,
            @Nullable String code) {}

    /** The attributes that {@code context} may set. */
    private static final Set<String> SWITCHES = Set.of(
            "is_sensitive_action",
            "is_allowlisted_tool",
            "is_allowlisted_skill",
            "is_principal_allowed",
            "is_channel_allowed",
            "is_executable_allowed",
            "is_confined",
            "allow_sensitive_tools");

    /** What is missing or unknown in the test itself; empty when it can be run. */
    Optional<String> complaint() {
        if (name == null || name.isBlank() || name.length() > 200) {
            return Optional.of("give it a `name` of 1 to 200 characters");
        }
        if (request == null || request.principal == null) {
            return Optional.of("give it a `request` with a `principal`");
        }
        if (expect == null || outcome(expect.decision).isEmpty()) {
            return Optional.of("say in `expect.decision` what must come out: allow, deny or approval");
        }
        try {
            PolicyRequest.principalOf(request.principal);
        } catch (IllegalArgumentException _) {
            return Optional.of("write the `principal` as agent:NAME, person:NAME or service:NAME");
        }
        if (action().equals(PolicyRequest.ACCESS_EVALUATE) != (request.outside != null)) {
            return Optional.of("say in `outside` what an application asks about its own, for the action access.evaluate"
                    + " and no other");
        }
        if (request.outside != null && request.outside.complaint().isPresent()) {
            return request.outside.complaint();
        }
        if (isCall() && request.tool == null) {
            return Optional.of("name the `tool`, or another `action` than a call");
        }
        if (action().equals(PolicyRequest.SKILL_EXECUTE) && request.skill == null) {
            return Optional.of("name the `skill`");
        }
        try {
            at();
        } catch (DateTimeParseException _) {
            return Optional.of("write `at` as in " + MONDAY);
        }
        return switches().keySet().stream()
                .filter(set -> !SWITCHES.contains(set))
                .findFirst()
                .map(set -> "`context." + set + "` is not known; known are "
                        + String.join(", ", SWITCHES.stream().sorted().toList()));
    }

    /** Whether a decision is what must come out. */
    boolean isMetBy(ToolDecision decision) {
        return outcome(expect.decision).filter(decision.outcome()::equals).isPresent()
                && (expect.code == null || expect.code.equals(decision.code().name()))
                && (expect.rule == null
                        || decision.rules().stream().anyMatch(rule -> rule.id().equals(expect.rule)));
    }

    /** The expectation in one line. */
    String expected() {
        return expect.decision
                + (expect.code == null ? "" : " " + expect.code)
                + (expect.rule == null ? "" : " by " + expect.rule);
    }

    /** How a decision is written in tests. */
    static String word(Outcome outcome) {
        return outcome == Outcome.APPROVAL_REQUIRED ? "approval" : outcome.wire();
    }

    /** What a set decides. */
    ToolDecision decideOn(PolicyEngine engine, PolicySnapshot snapshot) {
        return request.outside == null
                ? engine.decideOn(snapshot, policyRequest(), policyContext())
                : request.outside.by(request.principal, workspace()).decideOn(engine, snapshot);
    }

    PolicyRequest policyRequest() {
        return switch (action()) {
            case PolicyRequest.TOOL_EXECUTE ->
                PolicyRequest.toolExecute(request.principal, Objects.requireNonNull(request.tool));
            case PolicyRequest.SKILL_EXECUTE ->
                PolicyRequest.skillExecute(request.principal, Objects.requireNonNull(request.skill));
            default -> PolicyRequest.administrative(request.principal, action(), workspace());
        };
    }

    PolicyRequestContext policyContext() {
        String kind = request.principal.substring(0, request.principal.indexOf(':'));
        String role = Objects.requireNonNullElse(request.role, kind.equals("agent") ? "agent" : "operator");
        if (!isCall()) {
            return PolicyRequestContext.administrative(workspace(), role, kind);
        }
        Args args = args();
        Set<String> capabilities = orNone(request.capabilities);
        return new PolicyRequestContext(
                workspace(),
                role,
                kind,
                request.device,
                Objects.requireNonNullElse(request.channel, "api"),
                Objects.requireNonNullElse(request.session, "default"),
                Objects.requireNonNullElse(request.run, "default"),
                skill(),
                capabilities,
                is("is_sensitive_action", !capabilities.isEmpty()),
                is("is_allowlisted_tool", true),
                is("is_principal_allowed", true),
                is("is_channel_allowed", true),
                is("is_executable_allowed", true),
                is("is_confined", false),
                is("allow_sensitive_tools", false),
                orNone(request.egressHosts),
                orNone(request.secrets),
                new ToolArguments(args.executable, orNone(args.paths), orNone(args.hosts), args.count),
                at());
    }

    private @Nullable SkillFacts skill() {
        return request.skill == null
                ? null
                : new SkillFacts(
                        request.skill,
                        Objects.requireNonNull(request.tool),
                        Objects.requireNonNullElse(request.skillDigest, "0".repeat(64)),
                        Objects.requireNonNullElse(request.skillStatus, "enabled"),
                        is("is_allowlisted_skill", true));
    }

    private Instant at() {
        return Instant.parse(Objects.requireNonNullElse(request.at, MONDAY));
    }

    private boolean is(String name, boolean open) {
        return switches().getOrDefault(name, open);
    }

    private Map<String, Boolean> switches() {
        return Objects.requireNonNullElse(request.context, Map.of());
    }

    private Args args() {
        return Objects.requireNonNullElse(request.args, new Args(null, null, null, null));
    }

    private String action() {
        return Objects.requireNonNullElse(
                request.action, request.outside == null ? PolicyRequest.TOOL_EXECUTE : PolicyRequest.ACCESS_EVALUATE);
    }

    private boolean isCall() {
        return action().equals(PolicyRequest.TOOL_EXECUTE) || action().equals(PolicyRequest.SKILL_EXECUTE);
    }

    private String workspace() {
        return Objects.requireNonNullElse(request.workspace, WORKSPACE);
    }

    private static Set<String> orNone(@Nullable Set<String> set) {
        return Objects.requireNonNullElse(set, Set.of());
    }

    private static Optional<Outcome> outcome(@Nullable String word) {
        return Arrays.stream(Outcome.values())
                .filter(outcome -> word(outcome).equals(word))
                .findFirst();
    }
}
