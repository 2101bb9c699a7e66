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
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Decides one administrative action in a workspace exactly as the endpoints do: by the permissions that introspection
 * gives the subject, which are those of all its roles together. What the caller says about the subject is never read.
 */
@Component
public class AccessDecisions {
    /** The standard's own examples call a person so. */
    private static final String USER = "user";

    private final PolicyEngine engine;
    private final LocalIntrospector introspector;

    AccessDecisions(PolicyEngine engine, LocalIntrospector introspector) {
        this.engine = engine;
        this.introspector = introspector;
    }

    /**
     * A question.
     *
     * @param subjectType {@code person} (or {@code user}), {@code agent} or {@code service}
     * @param subjectId the principal, such as {@code person:anna}
     * @param action a permission
     * @param resourceType {@code workspace}
     * @param resourceId the workspace
     */
    public record Question(
            String subjectType, String subjectId, String action, String resourceType, String resourceId) {}

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

        private static Answer unknown() {
            return new Answer(false, "SUBJECT_UNKNOWN", List.of(), null);
        }
    }

    /**
     * The decision on a question.
     *
     * @param askersWorkspace the only workspace that the asker learns of; null for a service, which learns of all
     */
    public Answer decide(Question question, @Nullable String askersWorkspace) {
        boolean foreign = askersWorkspace != null && !askersWorkspace.equals(question.resourceId());
        if (foreign || !question.resourceType().equals("workspace")) {
            return Answer.unknown();
        }
        Optional<Principal> subject = introspector
                .byName(question.subjectId(), question.resourceId())
                .filter(principal -> isOfType(principal, question.subjectType()));
        return subject.map(principal -> decide(principal, question.action())).orElseGet(Answer::unknown);
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
        return new Answer(
                permitted,
                code,
                told.rules().stream().map(RuleRef::id).toList(),
                told.policySetVersion() == null ? null : told.policySetVersion().hex());
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
