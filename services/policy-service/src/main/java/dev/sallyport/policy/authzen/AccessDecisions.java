package dev.sallyport.policy.authzen;

import dev.sallyport.policy.access.LocalIntrospector;
import dev.sallyport.policy.access.Role;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicyRequest;
import dev.sallyport.policy.engine.PolicyRequestContext;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.statements.predicate.RuleRef;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decides AuthZEN's questions. About a workspace, exactly as the endpoints do: by the permissions that introspection
 * gives the subject, which are those of all its roles together; what the caller says about the subject is never read.
 * About a tool call of the caller's own, exactly as its proposal would be decided. About an application's own things, by
 * the policies for {@code access.evaluate}.
 */
@Component
public class AccessDecisions {
    /** The standard's own examples call a person so. */
    private static final String USER = "user";

    private static final String WORKSPACE = "workspace";

    /** What only the fleet itself may say something about. */
    private static final Set<String> FLEETS_THINGS = Set.of("fleet", "tool", "skill", "proposal");

    private final PolicyEngine engine;
    private final LocalIntrospector introspector;
    private final OutsideDecisions outside;
    private final ToolCallDecisions calls;

    AccessDecisions(
            PolicyEngine engine, LocalIntrospector introspector, OutsideDecisions outside, ToolCallDecisions calls) {
        this.engine = engine;
        this.introspector = introspector;
        this.outside = outside;
        this.calls = calls;
    }

    /**
     * A subject or a resource.
     *
     * @param type its type
     * @param id its id
     * @param properties what the asker says about it; null when nothing
     */
    public record Party(String type, String id, @Nullable ObjectNode properties) {}

    /**
     * An action.
     *
     * @param name its name
     * @param properties what the asker says about it; null when nothing
     */
    public record Act(String name, @Nullable ObjectNode properties) {}

    /**
     * A question.
     *
     * @param subject of a workspace: {@code person} (or {@code user}), {@code agent} or {@code service} and the principal,
     *     such as {@code person:anna}
     * @param action of a workspace: a permission
     * @param resource {@code workspace} and its id, or a thing of the asker's own
     * @param context what else the asker says; null when nothing
     */
    public record Question(
            Party subject,
            Act action,
            Party resource,
            @Nullable ObjectNode context) {}

    /**
     * The decision.
     *
     * @param permitted whether it may be done
     * @param code why
     * @param rules the rules that decided
     * @param policySet the set that decided, hexadecimal; null when none did
     * @param wrong the member that cannot be used; null when all can
     * @param denial the denial that a human may lift; null for any other answer
     * @param approval the approval that it rests on; null without one
     */
    public record Answer(
            boolean permitted,
            String code,
            List<String> rules,
            @Nullable String policySet,
            @Nullable String wrong,
            @Nullable Denial denial,
            @Nullable Approval approval) {
        /** Copies the rules. */
        public Answer {
            rules = List.copyOf(rules);
        }

        static Answer denied(String code) {
            return invalid(code, null);
        }

        static Answer invalid(String code, @Nullable String wrong) {
            return new Answer(false, code, List.of(), null, wrong, null, null);
        }

        static Answer approved(String approval, Instant until) {
            return new Answer(
                    true, DecisionCode.ALLOWED.name(), List.of(), null, null, null, new Approval(approval, until));
        }

        Answer requestable(RequestableDenials.Kept kept) {
            return new Answer(
                    permitted,
                    code,
                    rules,
                    policySet,
                    wrong,
                    new Denial(kept.evaluationId(), kept.at(), kept.until()),
                    approval);
        }

        private static Answer unknown() {
            return denied("SUBJECT_UNKNOWN");
        }
    }

    /**
     * A denial that a human may lift.
     *
     * @param evaluationId what an access request is bound to
     * @param at when it was given
     * @param until until when it can be requested
     */
    public record Denial(String evaluationId, Instant at, Instant until) {}

    /**
     * An approval that counts.
     *
     * @param id the call that humans allowed
     * @param until until when that call may start
     */
    public record Approval(String id, Instant until) {}

    /**
     * The decision on a question.
     *
     * @param asker who asks, and learns of its own workspace only; null for a service, which learns of all
     */
    public Answer decide(Question question, @Nullable Principal asker) {
        Party resource = question.resource();
        if (asker != null && ToolCallQuestion.isAsked(question, asker)) {
            return asker.may(Permission.PROPOSAL_SUBMIT) ? calls.decide(question, asker) : Answer.unknown();
        }
        if (asker != null && !asker.may(Permission.POLICY_READ)) {
            return Answer.unknown();
        }
        if (!resource.type().equals(WORKSPACE)) {
            return asker == null || FLEETS_THINGS.contains(resource.type())
                    ? Answer.unknown()
                    : outside.decide(question, asker);
        }
        if (asker != null && !asker.workspaceId().equals(resource.id())) {
            return Answer.unknown();
        }
        Optional<Principal> subject = introspector
                .byName(question.subject().id(), resource.id())
                .filter(principal -> isOfType(principal, question.subject().type()));
        return subject.map(principal -> decide(principal, question.action().name()))
                .orElseGet(Answer::unknown);
    }

    private Answer decide(Principal subject, String action) {
        List<ToolDecision> decisions = subject.roles().stream()
                .flatMap(role -> Role.of(role).stream())
                .sorted()
                .map(role -> decide(subject, role, action))
                .toList();
        if (decisions.isEmpty()) {
            return Answer.unknown();
        }
        ToolDecision told =
                decisions.stream().filter(ToolDecision::allowed).findFirst().orElse(decisions.getFirst());
        boolean permitted = Permission.ofCode(action).filter(subject::may).isPresent();
        String code = permitted || !told.allowed()
                ? told.code().name()
                : subject.frozen() ? "FROZEN" : "NOT_IN_THIS_WORKSPACE";
        return answer(permitted, code, told);
    }

    static Answer answer(boolean permitted, String code, ToolDecision decision) {
        return new Answer(
                permitted,
                code,
                decision.rules().stream().map(RuleRef::id).toList(),
                decision.policySetVersion() == null
                        ? null
                        : decision.policySetVersion().hex(),
                null,
                null,
                null);
    }

    private ToolDecision decide(Principal subject, Role role, String action) {
        return engine.decide(
                PolicyRequest.administrative(subject.name(), action, subject.workspaceId()),
                PolicyRequestContext.administrative(subject.workspaceId(), role.wire(), kind(subject)));
    }

    private static boolean isOfType(Principal subject, String type) {
        return type.equals(kind(subject)) || (type.equals(USER) && subject.kind() == Principal.Kind.PERSON);
    }

    private static String kind(Principal subject) {
        return subject.kind().name().toLowerCase(Locale.ROOT);
    }
}
