package dev.sallyport.policy.proposal.web;

import dev.sallyport.policy.proposal.Call;
import dev.sallyport.policy.proposal.CallView;
import dev.sallyport.policy.proposal.ProposalQueries;
import dev.sallyport.policy.proposal.admission.ProposalSubmission;
import dev.sallyport.policy.proposal.flow.CallStops;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Proposals of tool calls. */
@RestController
class ProposalController {
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private final ProposalSubmission submission;
    private final ProposalQueries queries;
    private final CallStops stops;
    private final ProposalAnswers answers;
    private final CallWaits waits;

    ProposalController(
            ProposalSubmission submission,
            ProposalQueries queries,
            CallStops stops,
            ProposalAnswers answers,
            CallWaits waits) {
        this.submission = submission;
        this.queries = queries;
        this.stops = stops;
        this.answers = answers;
        this.waits = waits;
    }

    /**
     * Proposes a tool call.
     *
     * <p>It is decided at once. 201 says that it has ended, which a denied call has; 202 says that it waits, for a
     * person or for a node, and {@code Location} says where to ask. A denial is no error.
     *
     * @param key 1 to 255 printable ASCII characters without spaces: the same key with the same JSON is the same call,
     *     also after a broken connection
     * @param prefer {@code wait=30} waits that many seconds, at most 60, for the end of the call; {@code
     *     return=minimal} answers the id and the state alone
     * @param explain whether the decision is explained in the answer
     */
    @PostMapping(path = "/v1/proposals", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Requires(Permission.PROPOSAL_SUBMIT)
    ResponseEntity<Object> submit(
            Caller caller,
            @RequestBody byte[] body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
            @RequestParam(defaultValue = "false") boolean explain,
            HttpServletRequest request) {
        if (key != null && !KEY.matcher(key).matches()) {
            String rule = "`Idempotency-Key` must have 1 to 255 printable ASCII characters, no spaces.";
            throw new ProblemException(HttpStatus.BAD_REQUEST, "INVALID_REQUEST", rule, "Idempotency-Key", rule);
        }
        Principal principal = caller.principalOrRefuse();
        Preferences preferences = Preferences.of(prefer == null ? List.of() : prefer);
        String id = submission.submit(principal, body, key);
        CallView view = waits.asked(
                request,
                waits.end(request, principal, id, preferences.patience()).orElseThrow());
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(
                        hasEnded(view) ? HttpStatus.CREATED : HttpStatus.ACCEPTED)
                .location(URI.create(ProposalAnswers.path(id)));
        return preferences.minimal()
                ? answer.header("Preference-Applied", Preferences.RETURN_MINIMAL)
                        .body(answers.minimal(view))
                : answer.body(answer(principal, view, explain, false));
    }

    private ProposalAnswers.Answer answer(Principal reader, CallView view, boolean explain, boolean history) {
        String id = view.call().id();
        return answers.of(
                view,
                explain ? queries.explanation(reader, id).orElse(null) : null,
                history ? queries.history(reader, id) : null);
    }

    /**
     * Shows a call: its state, its decision, and what came out.
     *
     * @param id the call's id
     * @param wait how many seconds to wait for its end, at most 60
     * @param explain whether the decision is explained in the answer
     * @param history whether the answer has all states that the call has been in, with their moments
     */
    @GetMapping("/v1/proposals/{id}")
    @Requires(Permission.PROPOSAL_READ)
    ProposalAnswers.Answer get(
            Caller caller,
            @PathVariable String id,
            @RequestParam(defaultValue = "0") String wait,
            @RequestParam(defaultValue = "false") boolean explain,
            @RequestParam(defaultValue = "false") boolean history,
            HttpServletRequest request) {
        Principal reader = caller.principalOrRefuse();
        CallView view = waits.end(request, reader, id, Preferences.seconds("wait", wait))
                .orElseThrow(ProposalController::unknown);
        return answer(reader, view, explain, history);
    }

    private static boolean hasEnded(CallView view) {
        return view.call().progress().done();
    }

    /**
     * Explains the decision about a call, with the text of the rules.
     *
     * @param id the call's id
     */
    @GetMapping(path = "/v1/proposals/{id}/explanation", produces = MediaType.APPLICATION_JSON_VALUE)
    @Requires(Permission.PROPOSAL_READ)
    byte[] explanation(Caller caller, @PathVariable String id) {
        Principal reader = caller.principalOrRefuse();
        Call call = queries.find(reader, id).map(CallView::call).orElseThrow(ProposalController::unexplained);
        return queries.explanation(reader, id)
                .map(explanation -> answers.explained(call, explanation))
                .orElseThrow(ProposalController::unexplained)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static ProblemException unexplained() {
        return ProblemException.notFound(
                "No proposal has this id, or it is not yours to read, or its explanation is no longer kept.");
    }

    /**
     * Lists calls, the newest first, without their results.
     *
     * <p>A caller without {@code proposal.read.all} sees its own.
     *
     * @param sessionId those of this session
     * @param runId those of this run
     * @param tool those of this tool
     * @param phase those in this phase
     * @param outcome those that ended so
     * @param from those proposed then or later: a date, in UTC, or a moment
     * @param to those proposed before this moment, or until the end of this date
     */
    @GetMapping("/v1/proposals")
    @Requires(Permission.PROPOSAL_READ)
    Page<ProposalAnswers.Answer> list(
            Caller caller,
            PageRequest page,
            @RequestParam(name = "session_id", required = false) @Nullable String sessionId,
            @RequestParam(name = "run_id", required = false) @Nullable String runId,
            @RequestParam(required = false) @Nullable String tool,
            @RequestParam(required = false) @Nullable String phase,
            @RequestParam(required = false) @Nullable String outcome,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to) {
        ProposalFilters filters = new ProposalFilters(sessionId, runId, tool, phase, outcome, from, to);
        return answers.brief(queries.page(caller.principalOrRefuse(), filters.filter(), page));
    }

    /**
     * Cancels a call.
     *
     * <p>200 says that it has ended; 202 says that a node is told to end it.
     *
     * @param id the call's id
     */
    @DeleteMapping("/v1/proposals/{id}")
    @Requires(Permission.PROPOSAL_CANCEL)
    ResponseEntity<ProposalAnswers.Answer> cancel(Caller caller, @PathVariable String id) {
        Principal principal = caller.principalOrRefuse();
        if (queries.find(principal, id).isEmpty()) {
            throw unknown();
        }
        stops.cancel(id, principal.name());
        CallView view = queries.find(principal, id).orElseThrow(ProposalController::unknown);
        return ResponseEntity.status(hasEnded(view) ? HttpStatus.OK : HttpStatus.ACCEPTED)
                .body(answers.of(view));
    }

    static ProblemException unknown() {
        return ProblemException.notFound("No proposal has this id, or it is not yours to read.");
    }
}
