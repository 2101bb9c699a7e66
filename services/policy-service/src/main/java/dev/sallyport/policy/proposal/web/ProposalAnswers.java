package dev.sallyport.policy.proposal.web;

import dev.sallyport.policy.proposal.CallState;
import dev.sallyport.policy.proposal.ProposalView;
import dev.sallyport.policy.proposal.Waiting;
import dev.sallyport.servicekit.identity.FleetProperties;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls on the wire. */
@Component
class ProposalAnswers {
    private final JsonMapper json;
    private final @Nullable URI ledger;

    ProposalAnswers(JsonMapper json, FleetProperties fleet) {
        this.json = json;
        this.ledger = fleet.attestationPublicUrl();
    }

    record State(
            String phase,
            @Nullable String outcome,
            @Nullable String code) {
        static State of(CallState state) {
            return new State(state.phase().wire(), state.outcomeWire(), state.code());
        }
    }

    record DecisionAnswer(
            String outcome,
            String code,
            List<String> rules,
            String policySet,
            @Nullable JsonNode explanation) {}

    record Approval(String approvalId, @Nullable Instant expiresAt) {}

    record Answer(
            String proposalId,
            String workspaceId,
            String principal,
            String session,
            String run,
            String tool,
            State state,
            @Nullable Waiting waiting,
            DecisionAnswer decision,
            @Nullable JsonNode result,
            @Nullable Approval approval,
            Instant createdAt,
            @Nullable Instant endedAt,
            @Nullable JsonNode ledger) {}

    /** The whole of a call. */
    Answer of(ProposalView view) {
        return of(view, json.readTree(view.explanation()));
    }

    /** A call in a list. */
    Answer brief(ProposalView view) {
        return of(view, null);
    }

    private Answer of(ProposalView view, @Nullable JsonNode explanation) {
        String result = view.result();
        String approval = view.approvalId();
        return new Answer(
                view.proposalId(),
                view.workspaceId(),
                view.principal(),
                view.session(),
                view.run(),
                view.tool(),
                State.of(view.state()),
                view.waiting(),
                new DecisionAnswer(
                        view.decisionOutcome(),
                        view.decisionCode(),
                        view.rules(),
                        view.policySet().hex(),
                        explanation),
                result == null ? null : json.readTree(result),
                approval == null ? null : new Approval(approval, view.approvalExpiresAt()),
                view.createdAt(),
                view.endedAt(),
                ledger == null ? null : json.createObjectNode().put("case", ledger + "/v1/cases/" + view.proposalId()));
    }
}
