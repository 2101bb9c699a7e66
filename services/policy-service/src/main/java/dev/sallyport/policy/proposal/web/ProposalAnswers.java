package dev.sallyport.policy.proposal.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.sallyport.policy.proposal.ApprovalQuestion;
import dev.sallyport.policy.proposal.Call;
import dev.sallyport.policy.proposal.CallState;
import dev.sallyport.policy.proposal.CallView;
import dev.sallyport.policy.proposal.Phase;
import dev.sallyport.policy.proposal.Progress;
import dev.sallyport.policy.proposal.WaitReason;
import dev.sallyport.servicekit.identity.FleetProperties;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.Tier;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Calls on the wire. What is stored in canonical JSON goes out as it is. */
@Component
class ProposalAnswers {
    private final JsonMapper json;
    private final @Nullable URI ledger;

    ProposalAnswers(JsonMapper json, FleetProperties fleet) {
        this.json = json;
        this.ledger = fleet.attestationPublicUrl();
    }

    record State(
            Phase phase,
            @Nullable CallOutcome outcome,
            @Nullable String code) {
        static State of(CallState state) {
            return new State(state.phase(), state.outcome(), state.code());
        }
    }

    record DecisionAnswer(
            Decision.Outcome outcome,
            String code,
            List<String> rules,
            @Nullable String policySet,
            @Nullable JsonNode explanation,
            String explanationUrl) {}

    record Approval(String approvalId, Instant expiresAt) {}

    record Waiting(WaitReason code, String pool, Tier tier, String message) {}

    record Answer(
            String proposalId,
            String workspaceId,
            String principal,
            String tool,
            String sessionId,
            String runId,
            State state,
            @Nullable Waiting waiting,
            DecisionAnswer decision,
            @JsonRawValue @Nullable String result,
            @Nullable Approval approval,
            Instant createdAt,
            @Nullable Instant endedAt,
            @Nullable ObjectNode ledger) {}

    /** The least of an answer: what a caller needs to ask for more. */
    record Minimal(String proposalId, State state) {}

    /** Where a call is found. */
    static String path(String proposalId) {
        return "/v1/proposals/" + proposalId;
    }

    /** A call with what came out, and with why it was not simply allowed. */
    Answer of(CallView view) {
        String explanation = view.explanation();
        return of(view.call(), explanation == null ? null : withoutSources(explanation), view.result());
    }

    /** A call in a list. */
    Answer brief(Call call) {
        return of(call, null, null);
    }

    Minimal minimal(CallView view) {
        return new Minimal(view.call().id(), State.of(view.call().progress().state()));
    }

    /** The rules' texts are the largest part, and the same in every answer. The whole explanation has them. */
    private JsonNode withoutSources(String explanation) {
        JsonNode tree = json.readTree(explanation);
        for (JsonNode rule : tree.path("determining")) {
            ((ObjectNode) rule).remove("source");
        }
        return tree;
    }

    private Answer of(Call call, @Nullable JsonNode explanation, @Nullable String result) {
        Proposal proposal = call.proposal();
        Decision decision = call.decision();
        Progress progress = call.progress();
        ApprovalQuestion question = progress.question();
        Progress.End end = progress.end();
        return new Answer(
                call.id(),
                proposal.workspaceId(),
                proposal.principal(),
                proposal.tool(),
                proposal.session(),
                proposal.run(),
                State.of(progress.state()),
                progress.waiting()
                        .map(waiting -> new Waiting(waiting.code(), waiting.pool(), waiting.tier(), waiting.message()))
                        .orElse(null),
                new DecisionAnswer(
                        decision.outcome(),
                        decision.code(),
                        decision.rules().stream().map(RuleRef::id).toList(),
                        decision.policySet() == null
                                ? null
                                : decision.policySet().hex(),
                        explanation,
                        path(call.id()) + "/explanation"),
                result,
                question == null ? null : new Approval(question.approvalId(), question.expiresAt()),
                proposal.createdAt(),
                end == null ? null : end.at(),
                ledger == null ? null : json.createObjectNode().put("case", ledger + "/v1/cases/" + call.id()));
    }
}
