package dev.sallyport.policy.authzen;

import dev.sallyport.policy.access.LocalIntrospector;
import dev.sallyport.policy.access.Role;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicyRequest;
import dev.sallyport.policy.engine.PolicyRequestContext;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.statements.predicate.RuleRef;
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
 * About an application's own things, by the policies for {@code access.evaluate}.
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

    AccessDecisions(PolicyEngine engine, LocalIntrospector introspector, OutsideDecisions outside) {
        this.engine = engine;
        this.introspector = introspector;
        this.outside = outside;
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
     */
    public record Answer(
            boolean permitted,
            String code,
            List<String> rules,
            @Nullable String policySet) {
        /** Copies the rules. */
        public Answer {
            rules = List.copyOf(rules);
        }

        static Answer denied(String code) {
            return new Answer(false, code, List.of(), null);
        }

        private static Answer unknown() {
            return denied("SUBJECT_UNKNOWN");
        }
    }

    /**
     * The decision on a question.
     *
     * @param asker who asks, and learns of its own workspace only; null for a service, which learns of all
     */
    public Answer decide(Question question, @Nullable Principal asker) {
        Party resource = question.resource();
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
                        : decision.policySetVersion().hex());
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
