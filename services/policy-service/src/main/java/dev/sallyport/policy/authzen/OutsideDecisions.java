package dev.sallyport.policy.authzen;

import dev.sallyport.policy.authzen.AccessDecisions.Answer;
import dev.sallyport.policy.authzen.AccessDecisions.Party;
import dev.sallyport.policy.authzen.AccessDecisions.Question;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.policy.engine.outside.OutsideRequest;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.servicekit.access.Principal;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * Decides what an application outside the fleet asks about its own users and things: whatever the active policies for
 * {@code access.evaluate} permit, and nothing else. The application vouches for what it says; who it is itself, its
 * credential says. The fleet does nothing because of such an answer.
 */
@Component
final class OutsideDecisions {
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
        try {
            ToolDecision decision = request(question, asker).decideOn(engine, snapshot.get());
            return AccessDecisions.answer(decision.allowed(), decision.code().name(), decision);
        } catch (UnusablePropertiesException _) {
            return Answer.denied("PROPERTIES_NOT_USABLE");
        }
    }

    private static OutsideRequest request(Question question, Principal asker) throws UnusablePropertiesException {
        return new OutsideRequest(
                asker.workspaceId(),
                asker.name(),
                party(question.subject()),
                question.action().name(),
                PropertyTexts.of(question.action().properties()),
                party(question.resource()),
                PropertyTexts.of(question.context()));
    }

    private static OutsideRequest.Party party(Party party) throws UnusablePropertiesException {
        return new OutsideRequest.Party(party.type(), party.id(), PropertyTexts.of(party.properties()));
    }
}
