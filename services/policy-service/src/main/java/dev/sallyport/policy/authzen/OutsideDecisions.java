package dev.sallyport.policy.authzen;

import dev.sallyport.policy.authzen.AccessDecisions.Answer;
import dev.sallyport.policy.authzen.AccessDecisions.Question;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicyRequest;
import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.servicekit.access.Principal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * Decides what an application outside the fleet asks about its own users and things: whatever the active policies for
 * {@code access.evaluate} permit, and nothing else. The application vouches for what it says; who it is itself, its
 * credential says. The fleet does nothing because of such an answer.
 */
@Component
final class OutsideDecisions {
    /** The value of {@code role} and {@code principal_kind}. */
    private static final String OUTSIDE = "outside";

    /** Without a colon: an entity's id is the type, a colon and the id. */
    private static final Pattern TYPE = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");

    /** What the fleet's own principals are called: nobody else vouches for them. */
    private static final Set<String> FLEETS_PRINCIPALS = Set.of("person", "agent", "service");

    private final PolicyEngine engine;

    OutsideDecisions(PolicyEngine engine) {
        this.engine = engine;
    }

    Answer decide(Question question, Principal asker) {
        String subjectType = question.subject().type();
        String resourceType = question.resource().type();
        if (FLEETS_PRINCIPALS.contains(subjectType)) {
            return Answer.denied("SUBJECT_UNKNOWN");
        }
        if (!TYPE.matcher(subjectType).matches() || !TYPE.matcher(resourceType).matches()) {
            return Answer.denied("TYPE_NOT_USABLE");
        }
        if (asker.frozen()) {
            return Answer.denied(DecisionCode.FROZEN.name());
        }
        Optional<PolicySnapshot> snapshot = engine.active();
        if (snapshot.isEmpty()) {
            return Answer.denied(DecisionCode.POLICY_UNAVAILABLE.name());
        }
        Map<String, Object> context;
        try {
            context = context(question, asker);
        } catch (UnusablePropertiesException _) {
            return Answer.denied("PROPERTIES_NOT_USABLE");
        }
        PolicyRequest request = PolicyRequest.outside(
                subjectType + ":" + question.subject().id(),
                resourceType + ":" + question.resource().id());
        ToolDecision decision = engine.decideOn(snapshot.get(), request, context);
        return AccessDecisions.answer(decision.allowed(), decision.code().name(), decision);
    }

    private static Map<String, Object> context(Question question, Principal asker)
            throws UnusablePropertiesException {
        Map<String, Object> all = new TreeMap<>();
        all.put("workspace", asker.workspaceId());
        all.put("role", OUTSIDE);
        all.put("principal_kind", OUTSIDE);
        all.put("asker", asker.name());
        all.put("subject_type", question.subject().type());
        all.put("subject_id", question.subject().id());
        all.put("subject_properties", PropertyTexts.of(question.subject().properties()));
        all.put("action", question.action().name());
        all.put("action_properties", PropertyTexts.of(question.action().properties()));
        all.put("resource_type", question.resource().type());
        all.put("resource_id", question.resource().id());
        all.put("resource_properties", PropertyTexts.of(question.resource().properties()));
        all.put("context_properties", PropertyTexts.of(question.context()));
        return all;
    }
}
