package dev.sallyport.policy.proposal.web;

import dev.sallyport.policy.proposal.CallStops;
import dev.sallyport.policy.proposal.Phase;
import dev.sallyport.policy.proposal.ProposalQueries;
import dev.sallyport.policy.proposal.ProposalSubmission;
import dev.sallyport.policy.proposal.ProposalView;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.connector.RequestPlaces;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
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
import tools.jackson.databind.JsonNode;

/** Proposals of tool calls. */
@RestController
class ProposalController {
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final int MOST_LISTED = 200;
    /** Each of them reads its call once or twice, outside the places of requests that are served. */
    private static final int MOST_WAITING = 1_000;

    private final ProposalSubmission submission;
    private final ProposalQueries queries;
    private final CallStops stops;
    private final ProposalAnswers answers;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);

    ProposalController(
            ProposalSubmission submission, ProposalQueries queries, CallStops stops, ProposalAnswers answers) {
        this.submission = submission;
        this.queries = queries;
        this.stops = stops;
        this.answers = answers;
    }

    record Page(
            List<ProposalAnswers.Answer> proposals,
            @Nullable String next) {}

    @PostMapping(path = "/v1/proposals", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Requires(Permission.PROPOSAL_SUBMIT)
    ResponseEntity<ProposalAnswers.Answer> submit(
            Caller caller,
            @RequestBody byte[] body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            HttpServletRequest request) {
        if (key != null && !KEY.matcher(key).matches()) {
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST,
                    "INVALID_REQUEST",
                    "the key cannot be used",
                    "Idempotency-Key",
                    "is 1 to 255 printable ASCII characters without spaces");
        }
        Principal principal = caller.principalOrRefuse();
        String id = submission.submit(principal, body, key);
        ProposalView view =
                await(request, principal, id, WaitPreference.of(prefer)).orElseThrow();
        return ResponseEntity.status(view.state().phase() == Phase.DONE ? HttpStatus.CREATED : HttpStatus.ACCEPTED)
                .location(URI.create("/v1/proposals/" + id))
                .body(answers.of(view));
    }

    @GetMapping("/v1/proposals/{id}")
    @Requires(Permission.PROPOSAL_READ)
    ProposalAnswers.Answer get(
            Caller caller,
            @PathVariable String id,
            @RequestParam(defaultValue = "0") int wait,
            HttpServletRequest request) {
        return answers.of(await(request, caller.principalOrRefuse(), id, WaitPreference.seconds(wait))
                .orElseThrow(ProposalController::unknown));
    }

    /** The call when it has ended or the time is up; at once when as many wait as may. */
    private Optional<ProposalView> await(HttpServletRequest request, Principal reader, String id, Duration most) {
        Optional<ProposalView> now = queries.find(reader, id);
        if (most.isZero() || now.isEmpty() || now.get().state().phase() == Phase.DONE || !waiting.tryAcquire()) {
            return now;
        }
        try {
            RequestPlaces.leave(request);
            return queries.await(reader, id, most);
        } finally {
            waiting.release();
        }
    }

    @GetMapping("/v1/proposals/{id}/explanation")
    @Requires(Permission.PROPOSAL_READ)
    JsonNode explanation(Caller caller, @PathVariable String id) {
        return java.util.Objects.requireNonNull(
                answers.of(queries.find(caller.principalOrRefuse(), id).orElseThrow(ProposalController::unknown))
                        .decision()
                        .explanation());
    }

    @GetMapping("/v1/proposals")
    @Requires(Permission.PROPOSAL_READ)
    Page list(
            Caller caller,
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(required = false) @Nullable String after) {
        if (limit < 1 || limit > MOST_LISTED) {
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST, "INVALID_REQUEST", "the page cannot be given", "limit", "is 1 to 200");
        }
        List<ProposalAnswers.Answer> page = queries.page(caller.principalOrRefuse(), after, limit).stream()
                .map(answers::brief)
                .toList();
        return new Page(page, page.size() < limit ? null : page.getLast().proposalId());
    }

    @DeleteMapping("/v1/proposals/{id}")
    @Requires(Permission.PROPOSAL_CANCEL)
    ResponseEntity<ProposalAnswers.Answer> cancel(Caller caller, @PathVariable String id) {
        Principal principal = caller.principalOrRefuse();
        if (queries.find(principal, id).isEmpty()) {
            throw unknown();
        }
        stops.cancel(id, principal.name());
        ProposalView view = queries.find(principal, id).orElseThrow(ProposalController::unknown);
        return ResponseEntity.status(view.state().phase() == Phase.DONE ? HttpStatus.OK : HttpStatus.ACCEPTED)
                .body(answers.of(view));
    }

    static ProblemException unknown() {
        return ProblemException.notFound("there is no such proposal");
    }
}
