package dev.sallyport.policy.proposal.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.sallyport.policy.proposal.ApprovalQuestion;
import dev.sallyport.policy.proposal.Call;
import dev.sallyport.policy.proposal.CallHistory;
import dev.sallyport.policy.proposal.CallState;
import dev.sallyport.policy.proposal.CallView;
import dev.sallyport.policy.proposal.Phase;
import dev.sallyport.policy.proposal.Progress;
import dev.sallyport.policy.proposal.WaitReason;
import dev.sallyport.policy.proposal.flow.ArrivedQuestions;
import dev.sallyport.servicekit.identity.FleetProperties;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.Tier;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Calls on the wire. What is stored in canonical JSON goes out as it is. */
@Component
class ProposalAnswers {
    private final JsonMapper json;
    private final ArrivedQuestions questions;
    private final @Nullable URI ledger;

    ProposalAnswers(JsonMapper json, ArrivedQuestions questions, FleetProperties fleet) {
        this.json = json;
        this.questions = questions;
        this.ledger = fleet.ledgerPagesUrl();
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
            @Nullable JsonNode explanation,
            String explanationUrl) {}

    /** The question, and the words of the person who answered it with no. */
    record Approval(
            String approvalId, Instant expiresAt, @Nullable String reason) {}

    record Waiting(WaitReason code, String pool, Tier tier, String message) {}

    /** A state that the call has been in, and since when. */
    record Past(State state, Instant at) {
        static Past of(CallHistory.Step step) {
            return new Past(State.of(step.state()), step.at());
        }
    }

    record Answer(
            String proposalId,
            String principal,
            String tool,
            String sessionId,
            String runId,
            State state,
            String message,
            @Nullable List<String> toAllow,
            @Nullable Waiting waiting,
            DecisionAnswer decision,
            @JsonRawValue @Nullable String result,
            @Nullable Approval approval,
            Instant createdAt,
            @Nullable Instant endedAt,
            @Nullable List<Past> history,
            @Nullable ObjectNode ledger) {}

    /** The least of an answer: what a caller needs to ask for more. */
    record Minimal(String proposalId, State state) {}

    /** Where a call is found. */
    static String path(String proposalId) {
        return "/v1/proposals/" + proposalId;
    }

    /** A call with what came out. */
    Answer of(CallView view) {
        return of(view, null, null);
    }

    /**
     * The same with what was asked for beside it. Why it was decided so comes without the rules' texts: they are the
     * largest part and the same in every answer.
     *
     * @param explanation canonical JSON; null where it is not asked for or not kept any more
     * @param history the states it has been in, in their order; null where they are not asked for
     */
    Answer of(CallView view, @Nullable String explanation, @Nullable List<CallHistory.Step> history) {
        JsonNode shown = explanation == null ? null : withoutSources(view.call(), explanation);
        List<Past> past =
                history == null ? null : history.stream().map(Past::of).toList();
        return of(view, shown, past, questions.shown(List.of(view.call())));
    }

    /** Calls in a list, each without its result. */
    Page<Answer> brief(Page<Call> page) {
        Set<String> shown = questions.shown(page.items());
        return page.map(call -> of(CallView.brief(call), null, null, shown));
    }

    Minimal minimal(CallView view) {
        return new Minimal(view.call().id(), State.of(view.call().progress().state()));
    }

    private JsonNode withoutSources(Call call, String explanation) {
        JsonNode tree = tree(explained(call, explanation));
        for (JsonNode rule : tree.path("determining")) {
            ((ObjectNode) rule).remove("source");
        }
        return tree;
    }

    /** The whole explanation, canonical JSON. Once people have answered, what helps is another thing than before. */
    String explained(Call call, String explanation) {
        return CallMessage.afterAnAnswer(call.progress())
                .map(steps -> {
                    ObjectNode tree = (ObjectNode) json.readTree(explanation);
                    ArrayNode toAllow = tree.putArray("to_allow");
                    steps.forEach(toAllow::add);
                    return new String(CanonicalJson.write(tree), StandardCharsets.UTF_8);
                })
                .orElse(explanation);
    }

    private JsonNode tree(@Nullable String text) {
        return text == null ? MissingNode.getInstance() : json.readTree(text);
    }

    private Answer of(CallView view, @Nullable JsonNode explanation, @Nullable List<Past> history, Set<String> shown) {
        Call call = view.call();
        Proposal proposal = call.proposal();
        Progress progress = call.progress();
        Progress.End end = progress.end();
        boolean succeeded = end != null && end.outcome() == CallOutcome.SUCCEEDED;
        CallMessage message = CallMessage.of(
                view,
                tree(view.explanation()),
                // A result may be large, and says nothing here that its call's success does not.
                tree(succeeded ? null : view.result()),
                shown.contains(call.id()));
        return new Answer(
                call.id(),
                proposal.principal(),
                proposal.tool(),
                proposal.session(),
                proposal.run(),
                State.of(progress.state()),
                message.text(),
                message.toAllow().isEmpty() ? null : message.toAllow(),
                progress.waiting()
                        .map(waiting -> new Waiting(waiting.code(), waiting.pool(), waiting.tier(), waiting.message()))
                        .orElse(null),
                decision(call, explanation),
                view.result(),
                shown.contains(call.id()) ? approval(progress.asked(), view.denialReason()) : null,
                proposal.createdAt(),
                end == null ? null : end.at(),
                history,
                ledger == null ? null : json.createObjectNode().put("case", ledger + "/cases/" + call.id()));
    }

    private static DecisionAnswer decision(Call call, @Nullable JsonNode explanation) {
        Decision decision = call.decision();
        return new DecisionAnswer(
                decision.outcome(),
                decision.code(),
                decision.rules().stream().map(RuleRef::id).toList(),
                explanation,
                path(call.id()) + "/explanation");
    }

    private static Approval approval(ApprovalQuestion question, @Nullable String reason) {
        return new Approval(question.approvalId(), question.expiresAt(), reason);
    }
}
