package dev.sallyport.policy.authzen.web;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.sallyport.policy.authzen.AccessRequestException;
import dev.sallyport.policy.authzen.AccessRequestException.Reason;
import dev.sallyport.policy.authzen.AccessRequests;
import dev.sallyport.policy.authzen.web.EvaluationController.Action;
import dev.sallyport.policy.authzen.web.EvaluationController.Entity;
import dev.sallyport.policy.authzen.web.EvaluationController.Evaluation;
import dev.sallyport.policy.catalogue.Feature;
import dev.sallyport.policy.catalogue.web.FeatureGate;
import dev.sallyport.policy.proposal.ApprovalQuestion;
import dev.sallyport.policy.proposal.Call;
import dev.sallyport.policy.proposal.CallView;
import dev.sallyport.policy.proposal.PermitInForce;
import dev.sallyport.policy.proposal.Progress;
import dev.sallyport.policy.proposal.ProposalQueries;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.connector.PublicConnectorProperties;
import dev.sallyport.servicekit.problem.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Access requests of the AuthZEN Access Request and Approval Profile, draft 1: a human is asked to lift a denial. The task
 * is the proposed call, and its approval counts when the same question is asked again.
 */
@RestController
class AccessRequestController {
    /** Where access requests are sent, and below it their tasks are found. */
    static final String PATH = "/access/v1/requests";

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final String ERROR = "urn:openid:authzen:access-request:error:";

    private final AccessRequests requests;
    private final ProposalQueries calls;
    private final FeatureGate features;
    private final PublicConnectorProperties connector;

    AccessRequestController(
            AccessRequests requests, ProposalQueries calls, FeatureGate features, PublicConnectorProperties connector) {
        this.requests = requests;
        this.calls = calls;
        this.features = features;
        this.connector = connector;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Denial(
            @Nullable @Size(max = 64) String evaluationId,
            @NotNull Instant expiresAt) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Submission(
            @Nullable Entity subject,
            @Nullable Action action,
            @Nullable Entity resource,
            @Nullable ObjectNode context,
            @NotNull @Valid Denial denial,
            @Nullable JsonNode items,
            @Nullable JsonNode callback) {
        Evaluation evaluation() {
            return new Evaluation(subject, action, resource, context);
        }
    }

    /** The constants' names in lower case are the wire names. */
    private enum Status {
        PENDING,
        APPROVED,
        DENIED,
        EXPIRED,
        CANCELLED,
        FAILED;

        /** A call that got a permit was approved, whatever became of it then. */
        static Status of(Progress progress) {
            Progress.End end = progress.end();
            if (progress.permit() != null) {
                return APPROVED;
            }
            if (end == null) {
                return PENDING;
            }
            return switch (end.outcome()) {
                case DENIED -> "APPROVAL_TIMED_OUT".equals(progress.code()) ? EXPIRED : DENIED;
                case CANCELLED -> CANCELLED;
                case EXPIRED -> EXPIRED;
                default -> FAILED;
            };
        }
    }

    record Task(
            String id,
            String status,
            String statusEndpoint,
            @Nullable Instant expiresAt,
            Map<String, String> links) {}

    record Approval(String id, Instant approvedUntil) {}

    record Result(String mode, Approval approval) {}

    record TaskAnswer(Task task, @Nullable Result result) {}

    /**
     * Asks a human to lift a denial (AuthZEN Access Request and Approval Profile, draft 1).
     *
     * <p>It proposes the call that was denied. 202 says that the task waits, 201 that it is completed. Once it is {@code
     * approved}, the fleet runs the call; the same question with {@code context.approval} is then answered with yes as
     * long as the call may start.
     *
     * @param key 1 to 255 printable ASCII characters without spaces: the same key with the same request is the same task
     */
    @PostMapping(PATH)
    @Requires(Permission.PROPOSAL_SUBMIT)
    ResponseEntity<TaskAnswer> submit(
            Caller caller,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @Valid @RequestBody Submission submission) {
        Principal asker = caller.principalOrRefuse();
        features.require(asker, Feature.ACCESS_REQUESTS);
        if (key != null && !KEY.matcher(key).matches()) {
            throw EvaluationController.invalid(
                    "Idempotency-Key", "must have 1 to 255 printable ASCII characters, no spaces");
        }
        if (submission.items() != null) {
            throw EvaluationController.invalid("items", "is not taken: request one call at a time");
        }
        if (submission.callback() != null) {
            throw EvaluationController.invalid("callback", "is not taken: ask the task's `status_endpoint`");
        }
        String missing = EvaluationController.missing(submission.evaluation());
        if (missing != null) {
            throw EvaluationController.invalid(missing, "must be there, and not blank");
        }
        String id = requests.submit(
                asker,
                EvaluationController.question(submission.evaluation()),
                submission.denial().evaluationId(),
                submission.denial().expiresAt(),
                key);
        TaskAnswer answer = find(asker, id);
        boolean pending = answer.task().status().equals(wire(Status.PENDING));
        return ResponseEntity.status(pending ? HttpStatus.ACCEPTED : HttpStatus.CREATED)
                .location(URI.create(PATH + "/" + id))
                .body(answer);
    }

    /**
     * Shows what became of an access request (AuthZEN Access Request and Approval Profile, draft 1).
     *
     * @param id the task's id
     */
    @GetMapping(PATH + "/{id}")
    @Requires(Permission.PROPOSAL_READ)
    TaskAnswer status(Caller caller, @PathVariable String id) {
        Principal reader = caller.principalOrRefuse();
        features.require(reader, Feature.ACCESS_REQUESTS);
        return find(reader, id);
    }

    private TaskAnswer find(Principal reader, String id) {
        return calls.find(reader, id)
                .map(CallView::call)
                .map(this::answer)
                .orElseThrow(() -> new AccessRequestException(
                        Reason.UNKNOWN_TASK, "No task has this id, or it is not yours to read."));
    }

    private TaskAnswer answer(Call call) {
        Progress progress = call.progress();
        ApprovalQuestion question = progress.question();
        PermitInForce permit = progress.permit();
        String base = connector.baseUrl();
        return new TaskAnswer(
                new Task(
                        call.id(),
                        wire(Status.of(progress)),
                        base + PATH + "/" + call.id(),
                        question == null ? null : question.expiresAt(),
                        Map.of("proposal", base + "/v1/proposals/" + call.id())),
                permit == null ? null : new Result("reevaluate", new Approval(call.id(), permit.startBy())));
    }

    private static String wire(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    @ExceptionHandler
    ResponseEntity<Object> onRefusal(AccessRequestException e) {
        HttpStatus status = switch (e.reason()) {
            case NOT_REQUESTABLE, INVALID_DENIAL_BINDING -> HttpStatus.BAD_REQUEST;
            case EXPIRED_DENIAL -> HttpStatus.GONE;
            case DUPLICATE_REQUEST -> HttpStatus.CONFLICT;
            case UNKNOWN_TASK -> HttpStatus.NOT_FOUND;
        };
        String code = e.reason().name();
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(new Problem(
                        ERROR + code.toLowerCase(Locale.ROOT),
                        status.getReasonPhrase(),
                        status.value(),
                        String.valueOf(e.getMessage()),
                        code,
                        List.of()));
    }
}
