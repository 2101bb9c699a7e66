package dev.sallyport.approval.record.web;

import dev.sallyport.approval.record.Answer;
import dev.sallyport.approval.record.ApprovalQuery;
import dev.sallyport.approval.record.ApprovalRecord;
import dev.sallyport.approval.record.ApprovalState;
import dev.sallyport.approval.record.Approvals;
import dev.sallyport.approval.record.Approver.Method;
import dev.sallyport.approval.record.Decision;
import dev.sallyport.approval.record.Scope;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Lists, shows and answers approval requests of the caller's workspace. */
@RestController
@RequestMapping("/v1/approvals")
class ApprovalsController {

    private final Approvals approvals;
    private final ApprovalStream stream;

    ApprovalsController(Approvals approvals, ApprovalStream stream) {
        this.approvals = approvals;
        this.stream = stream;
    }

    /**
     * One page, newest first.
     *
     * @param items the records, without prompts
     * @param next what to give as {@code after} for the next page; absent on the last
     */
    record Page(List<ApprovalResource> items, @Nullable String next) {}

    /** An answer; {@code scope} is {@code once} unless said otherwise, and nothing else is offered. */
    record AnswerBody(
            @Nullable String promptDigest,
            @Nullable String scope,
            @Nullable String reason) {}

    @GetMapping
    @Requires(Permission.APPROVAL_READ)
    Page list(
            Principal principal,
            @RequestParam(defaultValue = "") String state,
            @RequestParam(defaultValue = "") String tool,
            @RequestParam(name = "principal", defaultValue = "") String requester,
            @RequestParam(name = "proposal", defaultValue = "") String proposalId,
            @RequestParam(defaultValue = "50") int limit,
            @RequestParam(defaultValue = "") String after) {
        if (limit < 1 || limit > ApprovalQuery.MAX_LIMIT) {
            throw invalid("limit", "is a number from 1 to " + ApprovalQuery.MAX_LIMIT);
        }
        List<ApprovalRecord> records = approvals.page(
                principal.workspaceId(),
                new ApprovalQuery(
                        states(state),
                        tool,
                        requester,
                        proposalId,
                        after.isEmpty() ? ApprovalQuery.FROM_NEWEST : after,
                        limit));
        return new Page(
                records.stream().map(ApprovalResource::withoutPrompt).toList(),
                records.size() == limit ? records.getLast().id() : null);
    }

    @GetMapping("/{id}")
    @Requires(Permission.APPROVAL_READ)
    ApprovalResource get(Principal principal, @PathVariable String id) {
        return ApprovalResource.withPrompt(approvals.find(principal.workspaceId(), id));
    }

    @PostMapping("/{id}:approve")
    @Requires(Permission.APPROVAL_RESOLVE)
    ApprovalResource approve(Caller caller, @PathVariable String id, @RequestBody AnswerBody body) {
        return answer(caller, id, Decision.APPROVE, body);
    }

    @PostMapping("/{id}:deny")
    @Requires(Permission.APPROVAL_RESOLVE)
    ApprovalResource deny(Caller caller, @PathVariable String id, @RequestBody AnswerBody body) {
        return answer(caller, id, Decision.DENY, body);
    }

    @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Requires(Permission.APPROVAL_READ)
    SseEmitter events(Principal principal) {
        return stream.subscribe(principal.workspaceId());
    }

    private ApprovalResource answer(Caller caller, String id, Decision decision, AnswerBody body) {
        return ApprovalResource.withPrompt(
                approvals.answer(id, Approvers.of(caller, Method.API), toAnswer(decision, body)));
    }

    private static Answer toAnswer(Decision decision, AnswerBody body) {
        if (body.scope() != null && !body.scope().equals(Scope.ONCE.wire())) {
            throw invalid("scope", "must be once");
        }
        if (body.promptDigest() == null) {
            throw invalid("prompt_digest", "is missing: give the prompt_digest of what you were shown");
        }
        Digest digest;
        try {
            digest = new Digest(body.promptDigest());
        } catch (IllegalArgumentException e) {
            throw invalid("prompt_digest", "must be 64 lower-case hexadecimal digits");
        }
        try {
            return new Answer(decision, Scope.ONCE, digest, body.reason() == null ? "" : body.reason());
        } catch (IllegalArgumentException e) {
            throw invalid("reason", String.valueOf(e.getMessage()));
        }
    }

    private static List<ApprovalState> states(String text) {
        List<ApprovalState> states = new ArrayList<>();
        for (String name : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            states.add(Arrays.stream(ApprovalState.values())
                    .filter(state -> state.wire().equals(name))
                    .findFirst()
                    .orElseThrow(() ->
                            invalid("state", "is one or several of pending, approved, denied, timed_out, cancelled")));
        }
        return states;
    }

    private static ProblemException invalid(String field, String detail) {
        return new ProblemException(
                HttpStatus.BAD_REQUEST, "INVALID_REQUEST", "some fields are wrong; see errors", field, detail);
    }
}
