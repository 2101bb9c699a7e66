package dev.sallyport.policy.proposal.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.sallyport.policy.catalogue.Feature;
import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.web.FeatureGate;
import dev.sallyport.policy.limit.RequestRates;
import dev.sallyport.policy.proposal.CallView;
import dev.sallyport.policy.proposal.admission.BudgetSpentException;
import dev.sallyport.policy.proposal.admission.IdempotencyKeyReusedException;
import dev.sallyport.policy.proposal.admission.InvalidProposalException;
import dev.sallyport.policy.proposal.admission.ProposalSubmission;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.Problem;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tool calls of an assistant's message in, the {@code tool} messages for the model out. Each call is a proposal
 * like any other. The same message again, in the same run, runs nothing twice: it is how one asks again.
 */
@RestController
class ToolCallsController {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ToolCatalogue catalogue;
    private final ProposalSubmission submission;
    private final RequestRates rates;
    private final ProposalAnswers answers;
    private final CallWaits waits;
    private final FeatureGate features;
    private final JsonMapper json;

    ToolCallsController(
            ToolCatalogue catalogue,
            ProposalSubmission submission,
            RequestRates rates,
            ProposalAnswers answers,
            CallWaits waits,
            FeatureGate features,
            JsonMapper json) {
        this.catalogue = catalogue;
        this.submission = submission;
        this.rates = rates;
        this.answers = answers;
        this.waits = waits;
        this.features = features;
        this.json = json;
    }

    /**
     * A message for the model.
     *
     * @param content JSON: the call's state, one sentence, and what came out or was refused
     */
    record Message(String role, String toolCallId, String content) {}

    /**
     * Where a call stands, for the program.
     *
     * @param proposalId null where nothing was proposed
     * @param code why nothing was proposed; null where something was
     */
    record Standing(
            String toolCallId,
            @Nullable String proposalId,
            ProposalAnswers.@Nullable State state,
            @Nullable String code) {}

    record Messages(List<Message> messages, List<Standing> calls) {}

    record Content(
            String proposalId,
            ProposalAnswers.State state,
            String message,
            @Nullable List<String> toAllow,
            @JsonRawValue @Nullable String result) {}

    /** A call that was proposed, or why it was not. */
    private sealed interface Sent {
        record Proposed(String toolCallId, String proposalId) implements Sent {}

        record Refused(String toolCallId, Problem problem) implements Sent {}
    }

    /**
     * Takes the tool calls of an assistant's message, and answers the {@code tool} messages for the model.
     *
     * <p>Each call is a proposal, with the message's text as its {@code rationale}. The same message again, in the same run, runs nothing twice: it is how one asks
     * again. 200 says that all have ended, 202 that some have not. A call that is refused says so in its message; the
     * others go on.
     *
     * @param prefer {@code wait=30}: how many seconds to wait for all of them together, at most 60; left out, 30
     */
    @PostMapping(path = "/v1/openai/tool-calls", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Requires(Permission.PROPOSAL_SUBMIT)
    ResponseEntity<Messages> call(
            Caller caller,
            @RequestBody byte[] body,
            @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
            HttpServletRequest request) {
        Principal principal = caller.principalOrRefuse();
        features.require(principal, Feature.OPENAI_TOOL_CALLS);
        Duration patience = prefer == null ? PATIENCE : Preferences.of(prefer).patience();
        ToolCallsBody message = ToolCallsBody.read(body);
        // Each call counts like a request of its own; the first one was counted with this request.
        if (RequestRates.isLimited(principal)) {
            rates.count(principal, message.calls().size() - 1);
        }
        List<Sent> sent = message.calls().stream()
                .map(call -> send(principal, message, call))
                .toList();
        long until = System.nanoTime() + patience.toNanos();
        List<Message> messages = new ArrayList<>();
        List<Standing> standings = new ArrayList<>();
        boolean open = false;
        for (Sent each : sent) {
            switch (each) {
                case Sent.Refused(String id, Problem problem) -> {
                    messages.add(message(id, problem));
                    standings.add(new Standing(id, null, null, problem.code()));
                }
                case Sent.Proposed(String id, String proposalId) -> {
                    Duration left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
                    CallView view = waits.asked(
                            request,
                            waits.end(request, principal, proposalId, left).orElseThrow());
                    ProposalAnswers.Answer answer = answers.of(view);
                    boolean done = view.call().progress().done();
                    open |= !done;
                    messages.add(message(id, content(answer, done)));
                    standings.add(new Standing(id, proposalId, answer.state(), null));
                }
            }
        }
        return ResponseEntity.status(open ? HttpStatus.ACCEPTED : HttpStatus.OK)
                .body(new Messages(messages, standings));
    }

    private Sent send(Principal principal, ToolCallsBody message, ToolCallsBody.ToolCall call) {
        try {
            ObjectNode proposal = JsonNodeFactory.instance.objectNode();
            proposal.put("tool", catalogue.canonical(principal.workspaceId(), call.name()));
            proposal.set("arguments", arguments(call));
            proposal.put("run_id", message.run());
            if (message.session() != null) {
                proposal.put("session_id", message.session());
            }
            if (message.channel() != null) {
                proposal.put("channel", message.channel());
            }
            if (message.rationale() != null) {
                proposal.put("rationale", message.rationale());
            }
            return new Sent.Proposed(
                    call.id(), submission.submit(principal, CanonicalJson.write(proposal), key(message, call)));
        } catch (JsonRefusedException e) {
            return refused(
                    call,
                    HttpStatus.BAD_REQUEST,
                    "INVALID_ARGUMENTS",
                    "The arguments are no JSON object: " + e.getMessage() + ".");
        } catch (InvalidProposalException e) {
            return new Sent.Refused(
                    call.id(),
                    Problem.of(
                            HttpStatus.BAD_REQUEST,
                            e.code(),
                            String.valueOf(e.getMessage()),
                            e.fields().stream()
                                    .map(field -> new Problem.FieldError(field.field(), field.detail()))
                                    .toList()));
        } catch (IdempotencyKeyReusedException e) {
            return refused(
                    call,
                    HttpStatus.CONFLICT,
                    "IDEMPOTENCY_KEY_REUSED",
                    "The id of this call was used in this run for another call. Give each call an id of its own.");
        } catch (BudgetSpentException e) {
            return refused(call, HttpStatus.TOO_MANY_REQUESTS, e.code().name(), String.valueOf(e.getMessage()));
        }
    }

    private static Sent refused(ToolCallsBody.ToolCall call, HttpStatus status, String code, String detail) {
        return new Sent.Refused(call.id(), Problem.of(status, code, detail));
    }

    /** Models write nothing at all for a tool without arguments. */
    private static ObjectNode arguments(ToolCallsBody.ToolCall call) throws JsonRefusedException {
        return call.arguments().isBlank()
                ? JsonNodeFactory.instance.objectNode()
                : CanonicalJson.readObject(call.arguments().getBytes(StandardCharsets.UTF_8), JsonRules.ARGUMENTS);
    }

    /** The same call of the same run is the same proposal. Neither id has a space in it. */
    private static String key(ToolCallsBody message, ToolCallsBody.ToolCall call) {
        String session = message.session() == null ? "" : message.session();
        String text = session + " " + message.run() + " " + call.id();
        return "tool-call:" + Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    private static Content content(ProposalAnswers.Answer answer, boolean done) {
        return new Content(
                answer.proposalId(),
                answer.state(),
                done ? answer.message() : answer.message() + " Or send the same tool calls again: they run once.",
                answer.toAllow(),
                answer.result());
    }

    private Message message(String toolCallId, Object content) {
        return new Message("tool", toolCallId, json.writeValueAsString(content));
    }
}
