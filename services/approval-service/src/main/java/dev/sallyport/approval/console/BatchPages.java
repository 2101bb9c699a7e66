package dev.sallyport.approval.console;

import dev.sallyport.approval.record.ApprovalQueries;
import dev.sallyport.approval.record.ApprovalRecord;
import dev.sallyport.approval.record.Approvals;
import dev.sallyport.approval.record.answer.Credential;
import dev.sallyport.approval.record.page.QueueFilter;
import dev.sallyport.approval.record.web.Approvers;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.SeeOther;
import dev.sallyport.pages.text.VisibleText;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/**
 * Several questions at once. Such a page names each of them, and its form answers no other: what has been asked since is not
 * answered with them. Each gets an answer of its own, with the digest of what it shows.
 */
@Controller
class BatchPages {
    private static final int MOST = 100;
    private static final Pattern NAMED = Pattern.compile("([0-9A-HJKMNP-TV-Z]{26})\\.([0-9a-f]{64})");

    private final Approvals approvals;
    private final ApprovalQueries queries;
    private final Cards cards;

    BatchPages(Approvals approvals, ApprovalQueries queries, Cards cards) {
        this.approvals = approvals;
        this.queries = queries;
        this.cards = cards;
    }

    /** Names what of one requester would be denied. */
    @GetMapping("/console/deny-all")
    @Requires(Permission.APPROVAL_RESOLVE)
    ModelAndView askToDenyAll(Caller caller, @RequestParam(name = "asked_by") String askedBy) {
        return denyAllPage(caller, askedBy, HttpStatus.OK, null);
    }

    /** Denies exactly the questions that the form names, as far as this requester asks them. */
    @PostMapping("/console/deny-all")
    @Requires(Permission.APPROVAL_RESOLVE)
    ModelAndView denyAll(
            Caller caller,
            @RequestParam(name = "asked_by") String askedBy,
            @RequestParam(name = "question", required = false) @Nullable List<String> questions) {
        Map<String, Digest> named = named(questions);
        Set<String> theirs = ids(waitingOf(caller, askedBy).items());
        String problem = answer(caller, named, theirs, Answer.DENIED, true, "");
        return problem == null
                ? SeeOther.to(ConsoleController.queue(QueueFilter.askedBy(askedBy), null))
                : denyAllPage(caller, askedBy, HttpStatus.CONFLICT, problem);
    }

    private ModelAndView denyAllPage(Caller caller, String askedBy, HttpStatus status, @Nullable String problem) {
        Page<ApprovalRecord> waiting = waitingOf(caller, askedBy);
        Map<String, @Nullable Object> model = PageModel.of("waiting", caller);
        model.put("cards", cards.answerable(waiting.items(), caller));
        model.put("askedBy", askedBy);
        model.put("asker", VisibleText.of(askedBy));
        model.put("more", waiting.next() != null);
        model.put("back", ConsoleController.queue(QueueFilter.askedBy(askedBy), null));
        model.put("problem", problem);
        return new ModelAndView("deny-all", model, status);
    }

    private Page<ApprovalRecord> waitingOf(Caller caller, String askedBy) {
        return queries.queue(
                caller.principalOrRefuse().workspaceId(), QueueFilter.askedBy(askedBy), new PageRequest(MOST, null));
    }

    /** Shows, once and whole, what several questions show, and names each of them. */
    @GetMapping("/console/alike/{id}")
    @Requires(Permission.APPROVAL_READ)
    ModelAndView alike(Caller caller, @PathVariable String id) {
        return alikePage(caller, id, HttpStatus.OK, null);
    }

    @PostMapping("/console/alike/{id}/approve")
    @Requires(Permission.APPROVAL_RESOLVE)
    ModelAndView approve(
            Caller caller,
            @PathVariable String id,
            @RequestParam(name = "question", required = false) @Nullable List<String> questions,
            @RequestParam(defaultValue = "") String reason) {
        return answerAlike(caller, id, questions, Answer.APPROVED, reason);
    }

    @PostMapping("/console/alike/{id}/deny")
    @Requires(Permission.APPROVAL_RESOLVE)
    ModelAndView deny(
            Caller caller,
            @PathVariable String id,
            @RequestParam(name = "question", required = false) @Nullable List<String> questions,
            @RequestParam(defaultValue = "") String reason) {
        return answerAlike(caller, id, questions, Answer.DENIED, reason);
    }

    /** Whatever a form names, only what is like the question of the page is answered with it. */
    private ModelAndView answerAlike(
            Caller caller, String id, @Nullable List<String> questions, Answer verdict, String reason) {
        Map<String, Digest> named = named(questions);
        Set<String> alike = ids(queries.alike(caller.principalOrRefuse().workspaceId(), id));
        String problem = answer(caller, named, alike, verdict, false, reason);
        return problem == null ? SeeOther.to("/console") : alikePage(caller, id, HttpStatus.CONFLICT, problem);
    }

    private ModelAndView alikePage(Caller caller, String id, HttpStatus status, @Nullable String problem) {
        String workspaceId = caller.principalOrRefuse().workspaceId();
        List<ApprovalRecord> alike = queries.alike(workspaceId, id);
        Map<String, @Nullable Object> model = PageModel.of("waiting", caller);
        model.put("card", cards.of(alike.getFirst(), caller));
        model.put("cards", cards.answerable(alike, caller));
        // Whoever answers several has all of it before them.
        model.put("sections", ConsoleController.sections(queries.show(workspaceId, id), true));
        model.put("whole", "/console/approvals/" + id + "?all=true");
        model.put("partial", false);
        model.put("problem", problem);
        return new ModelAndView("alike", model, status);
    }

    /**
     * Answers what is both named and allowed.
     *
     * @return what to tell if not all of it counted; null if it did
     */
    private @Nullable String answer(
            Caller caller,
            Map<String, Digest> named,
            Set<String> allowed,
            Answer verdict,
            boolean partlySeen,
            String reason) {
        Map<String, Digest> answered = new LinkedHashMap<>(named);
        answered.keySet().retainAll(allowed);
        int counted;
        try {
            counted = approvals.answerEach(
                    answered, Approvers.of(caller, Credential.Method.WEB), verdict, partlySeen, reason);
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("INVALID_REQUEST", "The reason " + e.getMessage() + ".");
        }
        return counted == named.size()
                ? null
                : counted + " of " + named.size()
                        + " were answered. The others do not wait any more, or are not yours to answer.";
    }

    private static Set<String> ids(List<ApprovalRecord> records) {
        return records.stream().map(record -> record.key().id()).collect(Collectors.toSet());
    }

    private static Map<String, Digest> named(@Nullable List<String> questions) {
        Map<String, Digest> named = new LinkedHashMap<>();
        for (String question : questions == null ? List.<String>of() : questions) {
            var form = NAMED.matcher(question);
            if (!form.matches()) {
                throw unreadable();
            }
            named.put(form.group(1), new Digest(form.group(2)));
        }
        if (named.isEmpty() || named.size() > MOST) {
            throw unreadable();
        }
        return named;
    }

    private static ProblemException unreadable() {
        return ProblemException.badRequest(
                "INVALID_REQUEST", "The form names no question, or too many. Load the page again.");
    }
}
