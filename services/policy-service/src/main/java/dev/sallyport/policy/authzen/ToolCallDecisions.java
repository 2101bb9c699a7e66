package dev.sallyport.policy.authzen;

import dev.sallyport.policy.authzen.AccessDecisions.Answer;
import dev.sallyport.policy.authzen.AccessDecisions.Question;
import dev.sallyport.policy.catalogue.Feature;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.policy.proposal.admission.InvalidProposalException;
import dev.sallyport.policy.proposal.admission.ProposalSubmission;
import dev.sallyport.policy.proposal.flow.StandingPermits;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.statements.json.JsonRefusedException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decides what a caller asks about a tool call of its own: exactly as a proposal would be decided now. A denial that a
 * human may lift is kept, and says where to ask. An approval that the question names counts only where a human gave it
 * for exactly this question and policy still permits the call with it.
 */
@Component
class ToolCallDecisions {
    private final ProposalSubmission proposals;
    private final StandingPermits permits;
    private final RequestableDenials denials;
    private final ToolCallConfigs configs;

    ToolCallDecisions(
            ProposalSubmission proposals,
            StandingPermits permits,
            RequestableDenials denials,
            ToolCallConfigs configs) {
        this.proposals = proposals;
        this.permits = permits;
        this.denials = denials;
        this.configs = configs;
    }

    Answer decide(Question question, Principal asker) {
        try {
            ToolCallQuestion call = ToolCallQuestion.of(question);
            String approval = approval(question.context());
            if (approval != null) {
                Optional<Instant> until = standing(asker, approval, call);
                if (until.isPresent()) {
                    return Answer.approved(approval, until.get());
                }
            }
            return decide(call, asker);
        } catch (JsonRefusedException e) {
            return Answer.invalid(
                    "MALFORMED_JSON_" + e.reason().name(),
                    "context" + e.pointer().replace('/', '.'));
        } catch (InvalidProposalException e) {
            String field =
                    e.fields().isEmpty() ? "" : "." + e.fields().getFirst().field();
            return Answer.invalid(e.code(), "context" + field);
        }
    }

    private Answer decide(ToolCallQuestion call, Principal asker) {
        ToolDecision decision = proposals.consider(asker, call.body());
        Answer answer =
                AccessDecisions.answer(decision.allowed(), decision.code().name(), decision);
        boolean requestable = decision.approvalRequired()
                && configs.current(asker.workspaceId()).has(Feature.ACCESS_REQUESTS);
        return requestable ? answer.requestable(denials.keep(asker, call.digest())) : answer;
    }

    /** Until when the approval lets this call start; empty where it does not count for it. */
    private Optional<Instant> standing(Principal asker, String proposalId, ToolCallQuestion call) {
        return denials.isBound(asker, proposalId, call.digest()) ? permits.until(asker, proposalId) : Optional.empty();
    }

    private static @Nullable String approval(@Nullable ObjectNode context) {
        JsonNode id = context == null ? null : context.path("approval").path("id");
        return id != null && id.isString() ? id.stringValue() : null;
    }
}
