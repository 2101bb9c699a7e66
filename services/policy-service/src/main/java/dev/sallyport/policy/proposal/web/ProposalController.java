package dev.sallyport.policy.proposal.web;

import dev.sallyport.policy.proposal.Call;
import dev.sallyport.policy.proposal.CallView;
import dev.sallyport.policy.proposal.Phase;
import dev.sallyport.policy.proposal.ProposalQueries;
import dev.sallyport.policy.proposal.admission.ProposalSubmission;
import dev.sallyport.policy.proposal.flow.ArrivedQuestions;
import dev.sallyport.policy.proposal.flow.CallStops;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.connector.ConcurrencyLimit;
import dev.sallyport.servicekit.limit.Shares;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.servicekit.security.StandingAccess;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
    /** Each of them reads its call once or twice, outside the places of requests that are served. */
    private static final int MOST_WAITING = 1_000;

    private static final int MOST_WAITING_OF_ONE = 200;

    /** Longer than a question needs to approval-service; a call that is answered without it is asked for again. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(2);

    private static final Duration TO_COME_BACK = Duration.ofSeconds(10);

    private final ProposalSubmission submission;
    private final ProposalQueries queries;
    private final CallStops stops;
    private final ArrivedQuestions questions;
    private final ProposalAnswers answers;
    private final StandingAccess access;
    private final Shares waiting = new Shares(MOST_WAITING, MOST_WAITING_OF_ONE);

    ProposalController(
            ProposalSubmission submission,
            ProposalQueries queries,
            CallStops stops,
            ArrivedQuestions questions,
            ProposalAnswers answers,
            StandingAccess access) {
        this.submission = submission;
        this.queries = queries;
        this.stops = stops;
        this.questions = questions;
        this.answers = answers;
        this.access = access;
    }

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
        CallView view = asked(
                request, await(request, principal, id, preferences.patience()).orElseThrow());
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(
                        hasEnded(view) ? HttpStatus.CREATED : HttpStatus.ACCEPTED)
                .location(URI.create(ProposalAnswers.path(id)));
        return preferences.minimal()
                ? answer.header("Preference-Applied", Preferences.RETURN_MINIMAL)
                        .body(answers.minimal(view))
                : answer.body(answer(principal, view, explain));
    }

    private ProposalAnswers.Answer answer(Principal reader, CallView view, boolean explain) {
        return explain
                ? answers.of(view, queries.explanation(reader, view.call().id()).orElse(null))
                : answers.of(view);
    }

    @GetMapping("/v1/proposals/{id}")
    @Requires(Permission.PROPOSAL_READ)
    ProposalAnswers.Answer get(
            Caller caller,
            @PathVariable String id,
            @RequestParam(defaultValue = "0") String wait,
            @RequestParam(defaultValue = "false") boolean explain,
            HttpServletRequest request) {
        Principal reader = caller.principalOrRefuse();
        CallView view =
                await(request, reader, id, Preferences.seconds("wait", wait)).orElseThrow(ProposalController::unknown);
        return answer(reader, view, explain);
    }

    /** The call when it has ended or the time is up. Returns at once if too many wait already, of this caller or together. */
    private Optional<CallView> await(HttpServletRequest request, Principal reader, String id, Duration most) {
        Optional<CallView> now = queries.find(reader, id);
        if (most.isZero() || now.isEmpty() || hasEnded(now.get())) {
            return now;
        }
        Optional<Shares.Place> place = waiting.take(reader.workspaceId() + " " + reader.name());
        if (place.isEmpty()) {
            return now;
        }
        StandingAccess.Check mayStill = access.of(request);
        try (Shares.Place _ = place.get()) {
            ConcurrencyLimit.leave(request);
            queries.awaitEnd(reader, id, most);
        }
        // Whoever does not get a place again is told what was known before, and asks again.
        if (!ConcurrencyLimit.comeBack(request, TO_COME_BACK)) {
            return now;
        }
        if (!mayStill.holds()) {
            throw ProblemException.unauthenticated("The credential ended while you waited.");
        }
        return queries.find(reader, id);
    }

    /** The same call, once approval-service has the question about it: its id is told then, and works. */
    private CallView asked(HttpServletRequest request, CallView view) {
        Call call = view.call();
        if (call.progress().phase() != Phase.APPROVE) {
            return view;
        }
        Optional<Shares.Place> place = waiting.take(
                call.proposal().workspaceId() + " " + call.proposal().principal());
        if (place.isPresent()) {
            try (Shares.Place _ = place.get()) {
                ConcurrencyLimit.leave(request);
                questions.await(call, ON_ITS_WAY);
            }
            ConcurrencyLimit.comeBack(request, TO_COME_BACK);
        }
        return view;
    }

    private static boolean hasEnded(CallView view) {
        return view.call().progress().done();
    }

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

    @GetMapping("/v1/proposals")
    @Requires(Permission.PROPOSAL_READ)
    Page<ProposalAnswers.Answer> list(Caller caller, PageRequest page) {
        return answers.brief(queries.page(caller.principalOrRefuse(), page));
    }

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
