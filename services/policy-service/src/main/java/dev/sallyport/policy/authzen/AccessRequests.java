package dev.sallyport.policy.authzen;

import dev.sallyport.policy.authzen.AccessDecisions.Question;
import dev.sallyport.policy.authzen.AccessRequestException.Reason;
import dev.sallyport.policy.proposal.admission.IdempotencyKeyReusedException;
import dev.sallyport.policy.proposal.admission.ProposalSubmission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.statements.json.JsonRefusedException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Takes access requests after denials that a human may lift (AuthZEN Access Request and Approval Profile, draft 1). Such a
 * request is a proposal like any other: its call is the task, and runs in the fleet once a human has allowed it.
 */
@Component
public class AccessRequests {
    private final RequestableDenials denials;
    private final ProposalSubmission proposals;

    AccessRequests(RequestableDenials denials, ProposalSubmission proposals) {
        this.denials = denials;
        this.proposals = proposals;
    }

    /**
     * Proposes the call that was denied. The same denial again, without a key or with the same one, is the same call.
     *
     * @param question what was denied; its context may give reasons for people beside it
     * @param evaluationId the id of the denial, null where the caller names none
     * @param expiresAt until when the denial said that it counts
     * @param key the caller's idempotency key, null without one
     * @return the proposal's id
     * @throws AccessRequestException when it is not bound to such a denial, or too late
     */
    public String submit(
            Principal asker,
            Question question,
            @Nullable String evaluationId,
            @Nullable Instant expiresAt,
            @Nullable String key) {
        if (!ToolCallQuestion.isAsked(question, asker)) {
            throw new AccessRequestException(
                    Reason.NOT_REQUESTABLE,
                    "Only a denied tool call of your own can be requested: you as the subject, the action `tool.execute`,"
                            + " a resource of the type `tool`.");
        }
        RequestableDenials.Kept denial = denials.find(asker, evaluationId).orElseThrow(AccessRequests::unbound);
        ToolCallQuestion call;
        try {
            call = ToolCallQuestion.of(question);
        } catch (JsonRefusedException _) {
            throw unbound();
        }
        if (!call.digest().equals(denial.request()) || !denial.until().equals(expiresAt)) {
            throw unbound();
        }
        if (denial.expired()) {
            throw new AccessRequestException(
                    Reason.EXPIRED_DENIAL, "This denial has expired. Ask again whether the call is allowed.");
        }
        String proposal = propose(asker, call.bodyWithReasons(question.context()), denial, key);
        denials.bind(denial, proposal);
        return proposal;
    }

    private String propose(Principal asker, byte[] body, RequestableDenials.Kept denial, @Nullable String key) {
        try {
            return proposals.submit(asker, body, key == null ? "access-request:" + denial.evaluationId() : key);
        } catch (IdempotencyKeyReusedException _) {
            throw new AccessRequestException(
                    Reason.DUPLICATE_REQUEST,
                    "This key, or without one this denial, was used for another request. Send the same again, or use"
                            + " another key.");
        }
    }

    private static AccessRequestException unbound() {
        return new AccessRequestException(
                Reason.INVALID_DENIAL_BINDING,
                "This is not what was denied under this `denial.evaluation_id`. Send subject, action, resource and context"
                        + " as you asked, and `denial.evaluation_id` and `denial.expires_at` as they were answered.");
    }
}
