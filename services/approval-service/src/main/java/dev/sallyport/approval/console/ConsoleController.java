package dev.sallyport.approval.console;

import dev.sallyport.approval.prompt.PromptSections;
import dev.sallyport.approval.prompt.VisibleText;
import dev.sallyport.approval.record.ApprovalQueries;
import dev.sallyport.approval.record.ApprovalQuery;
import dev.sallyport.approval.record.ApprovalRecord;
import dev.sallyport.approval.record.ApprovalState;
import dev.sallyport.approval.record.Approvals;
import dev.sallyport.approval.record.DatabaseClock;
import dev.sallyport.approval.record.ShownRecord;
import dev.sallyport.approval.record.answer.ApprovalRefused;
import dev.sallyport.approval.record.answer.Credential;
import dev.sallyport.approval.record.answer.SubmittedAnswer;
import dev.sallyport.approval.record.web.ApprovalProblems;
import dev.sallyport.approval.record.web.ApprovalStream;
import dev.sallyport.approval.record.web.Approvers;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OpenEndpoint;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.servicekit.security.StandingAccess;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.prompt.Prompt;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.BindParam;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The queue, one request, its answer, and the history. */
@Controller
class ConsoleController {
    private static final int QUEUE = 50;
    private static final int HISTORY = 50;
    private static final List<ApprovalState> OVER =
            List.of(ApprovalState.APPROVED, ApprovalState.DENIED, ApprovalState.TIMED_OUT, ApprovalState.CANCELLED);

    private final Approvals approvals;
    private final ApprovalQueries queries;
    private final ApprovalStream stream;
    private final StandingAccess access;
    private final DatabaseClock clock;

    ConsoleController(
            Approvals approvals,
            ApprovalQueries queries,
            ApprovalStream stream,
            StandingAccess access,
            DatabaseClock clock) {
        this.approvals = approvals;
        this.queries = queries;
        this.stream = stream;
        this.access = access;
        this.clock = clock;
    }

    @GetMapping("/")
    @OpenEndpoint("where a person who only knows the host arrives")
    ModelAndView start() {
        return SeeOther.to("/console");
    }

    @GetMapping({"/console", "/console/"})
    @Requires(Permission.APPROVAL_READ)
    ModelAndView waiting(
            Caller caller,
            @RequestParam(name = "asked_by", defaultValue = "") String askedBy,
            @RequestParam(required = false) @Nullable String after) {
        Page<ApprovalRecord> page =
                queries.queue(caller.principalOrRefuse().workspaceId(), askedBy, new PageRequest(QUEUE, after));
        Map<String, @Nullable Object> model = model("waiting", caller);
        model.put("cards", cards(page.items(), caller));
        model.put("askedBy", askedBy.isEmpty() ? null : askedBy);
        model.put("asker", askedBy.isEmpty() ? null : VisibleText.of(askedBy));
        model.put("here", queue(askedBy, after));
        model.put("next", page.next() == null ? null : queue(askedBy, page.next()));
        return new ModelAndView("waiting", model);
    }

    /** Denies what waits of one requester, whom the page was narrowed down to. */
    @PostMapping("/console/deny-all")
    @Requires(Permission.APPROVAL_RESOLVE)
    ModelAndView denyAll(Caller caller, @RequestParam(name = "asked_by") String askedBy) {
        approvals.denyAllOf(askedBy, Approvers.of(caller, Credential.Method.WEB));
        return SeeOther.to(queue(askedBy, null));
    }

    /** Where this part of the queue is. */
    private static String queue(String askedBy, @Nullable String after) {
        List<String> query = new ArrayList<>();
        if (!askedBy.isEmpty()) {
            query.add("asked_by=" + URLEncoder.encode(askedBy, StandardCharsets.UTF_8));
        }
        if (after != null) {
            query.add("after=" + URLEncoder.encode(after, StandardCharsets.UTF_8));
        }
        return query.isEmpty() ? "/console" : "/console?" + String.join("&", query);
    }

    @GetMapping("/console/history")
    @Requires(Permission.APPROVAL_READ)
    ModelAndView history(Caller caller, @RequestParam(required = false) @Nullable String before) {
        Page<ApprovalRecord> page = queries.page(
                caller.principalOrRefuse().workspaceId(), ApprovalQuery.in(OVER), new PageRequest(HISTORY, before));
        Map<String, @Nullable Object> model = model("history", caller);
        model.put("cards", cards(page.items(), caller));
        model.put("older", page.next());
        return new ModelAndView("history", model);
    }

    @GetMapping("/console/approvals/{id}")
    @Requires(Permission.APPROVAL_READ)
    ModelAndView approval(Caller caller, @PathVariable String id, @RequestParam(defaultValue = "false") boolean all) {
        return detail(caller, id, all, HttpStatus.OK, null);
    }

    @PostMapping("/console/approvals/{id}/approve")
    @Requires(Permission.APPROVAL_RESOLVE)
    ModelAndView approve(Caller caller, @PathVariable String id, Form form) {
        return answer(caller, id, ApprovalResolved.Answer.APPROVED, form);
    }

    @PostMapping("/console/approvals/{id}/deny")
    @Requires(Permission.APPROVAL_RESOLVE)
    ModelAndView deny(Caller caller, @PathVariable String id, Form form) {
        return answer(caller, id, ApprovalResolved.Answer.DENIED, form);
    }

    @GetMapping(path = "/console/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Requires(Permission.APPROVAL_READ)
    SseEmitter events(Principal principal, HttpServletRequest request) {
        return stream.subscribe(principal, access.of(request));
    }

    /** The decision form, with names as on the page. */
    record Form(
            @BindParam("prompt_digest") @Nullable String promptDigest,
            @BindParam("all_shown") @Nullable String allShown,
            @Nullable String reason) {}

    private ModelAndView answer(Caller caller, String id, ApprovalResolved.Answer verdict, Form form) {
        SubmittedAnswer answer;
        try {
            answer = new SubmittedAnswer(
                    verdict,
                    ApprovalScope.ONCE,
                    new Digest(form.promptDigest() == null ? "" : form.promptDigest()),
                    !allShown(form),
                    form.reason() == null ? "" : form.reason());
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("INVALID_REQUEST", "This form is not complete. Load the page again.");
        }
        try {
            approvals.answer(id, Approvers.of(caller, Credential.Method.WEB), answer);
        } catch (ApprovalRefused e) {
            if (e.kind() == ApprovalRefused.Kind.NOT_FOUND) {
                throw e;
            }
            return detail(caller, id, allShown(form), ApprovalProblems.status(e), e.detail());
        }
        return SeeOther.to("/console/approvals/" + id);
    }

    /** Whether the page of this form showed everything. One that does not say so did not. */
    private static boolean allShown(Form form) {
        return "true".equals(form.allShown());
    }

    private ModelAndView detail(Caller caller, String id, boolean all, HttpStatus status, @Nullable String problem) {
        ShownRecord shown = queries.show(caller.principalOrRefuse().workspaceId(), id);
        ApprovalRecord record = shown.record();
        Map<String, @Nullable Object> model = model(record.state().open() ? "waiting" : "history", caller);
        model.put("approvalId", record.key().id());
        model.put("card", card(record, caller, clock.now()));
        PromptSections sections = sections(shown, all);
        model.put("sections", sections);
        model.put("all", all);
        model.put("partial", sections != null && sections.partial());
        model.put("problem", problem);
        return new ModelAndView("approval", model, status);
    }

    private static @Nullable PromptSections sections(ShownRecord shown, boolean all) {
        if (shown.prompt() == null) {
            return null;
        }
        Prompt prompt = Prompt.read(shown.prompt());
        return all ? PromptSections.whole(prompt) : PromptSections.of(prompt);
    }

    private List<ApprovalCard> cards(List<ApprovalRecord> records, Caller caller) {
        Instant now = clock.now();
        return records.stream().map(record -> card(record, caller, now)).toList();
    }

    private ApprovalCard card(ApprovalRecord record, Caller caller, Instant now) {
        return ApprovalCard.of(record, now, whyNot(record, caller));
    }

    private @Nullable String whyNot(ApprovalRecord record, Caller caller) {
        if (!caller.principalOrRefuse().may(Permission.APPROVAL_RESOLVE)) {
            return "You may read this, not answer it.";
        }
        ApprovalRefused refused = queries.whyNot(record, Approvers.of(caller, Credential.Method.WEB));
        return refused == null ? null : refused.detail();
    }

    /** What every page shows. Its forms count for the session of the page; a token has none. */
    private static Map<String, @Nullable Object> model(String section, Caller caller) {
        if (!(caller instanceof Caller.Bearer(Principal viewer, boolean session)) || !session) {
            throw ProblemException.unauthenticated(
                    "Sign in to open this page. API tokens work only under /v1/approvals.");
        }
        Map<String, @Nullable Object> model = new HashMap<>();
        model.put("section", section);
        model.put("viewer", viewer);
        return model;
    }
}
