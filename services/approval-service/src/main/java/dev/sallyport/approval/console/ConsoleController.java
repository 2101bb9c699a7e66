package dev.sallyport.approval.console;

import dev.sallyport.approval.grant.ArgumentPattern;
import dev.sallyport.approval.grant.Grants;
import dev.sallyport.approval.key.SubmittedSignature;
import dev.sallyport.approval.prompt.PromptSections;
import dev.sallyport.approval.record.ApprovalQueries;
import dev.sallyport.approval.record.ApprovalRecord;
import dev.sallyport.approval.record.Approvals;
import dev.sallyport.approval.record.Proofs;
import dev.sallyport.approval.record.ShownRecord;
import dev.sallyport.approval.record.answer.ApprovalRefused;
import dev.sallyport.approval.record.answer.Approver;
import dev.sallyport.approval.record.answer.Credential;
import dev.sallyport.approval.record.answer.Proof;
import dev.sallyport.approval.record.answer.SubmittedAnswer;
import dev.sallyport.approval.record.page.QueueFilter;
import dev.sallyport.approval.record.web.ApprovalProblems;
import dev.sallyport.approval.record.web.ApprovalStream;
import dev.sallyport.approval.record.web.Approvers;
import dev.sallyport.approval.record.web.GrantBody;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.SeeOther;
import dev.sallyport.pages.text.VisibleText;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OpenEndpoint;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.identity.FleetProperties;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.servicekit.security.StandingAccess;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.prompt.Prompt;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.Assurance;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
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
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final int MOST_SOON = 3;

    private final Approvals approvals;
    private final ApprovalQueries queries;
    private final Grants grants;
    private final Proofs proofs;
    private final ApprovalStream stream;
    private final StandingAccess access;
    private final Cards cards;
    private final CallResults results;
    private final @Nullable URI ledger;

    ConsoleController(
            Approvals approvals,
            ApprovalQueries queries,
            Grants grants,
            Proofs proofs,
            ApprovalStream stream,
            StandingAccess access,
            Cards cards,
            CallResults results,
            FleetProperties fleet) {
        this.approvals = approvals;
        this.queries = queries;
        this.grants = grants;
        this.proofs = proofs;
        this.stream = stream;
        this.access = access;
        this.cards = cards;
        this.results = results;
        this.ledger = fleet.ledgerPagesUrl();
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
            @RequestParam(defaultValue = "") String tool,
            @RequestParam(defaultValue = "") String session,
            @RequestParam(required = false) @Nullable String after) {
        QueueFilter filter = new QueueFilter(askedBy.strip(), tool.strip(), session.strip());
        Page<ApprovalRecord> page =
                queries.queue(caller.principalOrRefuse().workspaceId(), filter, new PageRequest(QUEUE, after));
        Map<String, @Nullable Object> model = PageModel.of("waiting", caller);
        List<ApprovalCard> waiting = cards.folded(page.items(), caller);
        model.put("cards", waiting);
        model.put("count", page.items().size());
        model.put("soon", soon(caller, waiting));
        // All of a requester is denied at once, never the part that another filter leaves.
        String denied = filter.equals(QueueFilter.askedBy(filter.principal())) ? filter.principal() : "";
        model.put("filter", filter);
        model.put("askedBy", denied.isEmpty() ? null : denied);
        model.put("asker", denied.isEmpty() ? null : VisibleText.of(denied));
        model.put("here", queue(filter, after));
        model.put("next", page.next() == null ? null : queue(filter, page.next()));
        return new ModelAndView("waiting", model);
    }

    /** Where this part of the queue is. */
    static String queue(QueueFilter filter, @Nullable String after) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("asked_by", filter.principal());
        parameters.put("tool", filter.tool());
        parameters.put("session", filter.session());
        parameters.put("after", after == null ? "" : after);
        return PageModel.address("/console", parameters);
    }

    /** What runs out within a minute and does not begin the page anyway: it is lost if nobody answers it first. */
    private List<ApprovalCard> soon(Caller caller, List<ApprovalCard> page) {
        return cards.of(queries.expiring(caller.principalOrRefuse().workspaceId(), SOON, MOST_SOON), caller).stream()
                .filter(card ->
                        page.isEmpty() || !card.id().equals(page.getFirst().id()))
                .toList();
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

    /** How many earlier calls the choice in the form would have answered: a part of the page. */
    @GetMapping("/console/approvals/{id}/coverage")
    @Requires(Permission.APPROVAL_READ)
    ModelAndView coverage(
            Caller caller, @PathVariable String id, @RequestParam(required = false) @Nullable List<String> open) {
        try {
            return new ModelAndView(
                    "pieces :: coverage",
                    Map.of("covered", covered(caller.principalOrRefuse(), id, GrantBody.pattern(open))));
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("INVALID_REQUEST", "This choice cannot be read. Load the page again.");
        }
    }

    private String covered(Principal viewer, String id, ArgumentPattern pattern) {
        return FurtherCalls.inWords(
                queries.coverage(viewer.workspaceId(), id, ApprovalScope.SESSION, pattern),
                queries.coverage(viewer.workspaceId(), id, ApprovalScope.TIME, pattern));
    }

    @GetMapping(path = "/console/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Requires(Permission.APPROVAL_READ)
    SseEmitter events(Caller caller, HttpServletRequest request) {
        return stream.subscribe(caller, access.of(request));
    }

    /** The decision form, with names as on the page. */
    record Form(
            @BindParam("prompt_digest") @Nullable String promptDigest,
            @BindParam("all_shown") @Nullable String allShown,
            @Nullable String reason,
            @Nullable String scope,
            @BindParam("lasts_s") @Nullable Long lastsS,
            @Nullable Integer uses,
            @Nullable List<String> open,
            @BindParam("credential_id") @Nullable String credentialId,
            @BindParam("authenticator_data") @Nullable String authenticatorData,
            @BindParam("client_data") @Nullable String clientData,
            @Nullable String signature) {}

    /** What the person's passkey is to sign, for the yes in the form as it is now: JSON for the page's script. */
    @PostMapping("/console/approvals/{id}/challenge")
    @Requires(Permission.APPROVAL_RESOLVE)
    ResponseEntity<Map<String, Object>> challenge(Caller caller, @PathVariable String id, Form form) {
        return ResponseEntity.ok(proofs.options(
                id, Approvers.of(caller, Credential.Method.WEB), submitted(ApprovalResolved.Answer.APPROVED, form)));
    }

    private SubmittedAnswer submitted(ApprovalResolved.Answer verdict, Form form) {
        try {
            ApprovalScope scope = GrantBody.scope(form.scope());
            return new SubmittedAnswer(
                    verdict,
                    scope,
                    new Digest(form.promptDigest() == null ? "" : form.promptDigest()),
                    !allShown(form),
                    form.reason() == null ? "" : form.reason(),
                    // What is set for further calls means nothing for this one alone.
                    scope == ApprovalScope.ONCE
                            ? null
                            : grants.terms(
                                    scope,
                                    form.lastsS() == null ? null : Duration.ofSeconds(form.lastsS()),
                                    form.uses(),
                                    GrantBody.pattern(form.open())),
                    form.signature() == null || form.signature().isEmpty()
                            ? null
                            : new SubmittedSignature(
                                    form.credentialId(),
                                    form.authenticatorData(),
                                    form.clientData(),
                                    form.signature(),
                                    null));
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest(
                    "INVALID_REQUEST",
                    "This form is not complete, or what is said about further calls is not allowed. Go back and choose"
                            + " less.");
        }
    }

    private ModelAndView answer(Caller caller, String id, ApprovalResolved.Answer verdict, Form form) {
        SubmittedAnswer answer = submitted(verdict, form);
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
        Principal viewer = caller.principalOrRefuse();
        ShownRecord shown = queries.show(viewer.workspaceId(), id);
        ApprovalRecord record = shown.record();
        Map<String, @Nullable Object> model = PageModel.of(record.state().open() ? "waiting" : "history", caller);
        ProposalId proposal = record.question().call().proposalId();
        model.put("approvalId", record.key().id());
        model.put("card", cards.of(record, caller));
        PromptSections sections = sections(shown, all);
        model.put("sections", sections);
        model.put("all", all);
        model.put("further", further(viewer, shown));
        model.put("whole", "/console/approvals/" + record.key().id() + "?all=true");
        model.put("partial", sections != null && sections.partial());
        model.put(
                "output",
                record.callEnd() == null || !record.callEnd().ran() ? null : results.of(viewer, proposal, all));
        model.put(
                "ledgerCase",
                ledger == null || !viewer.may(Permission.LEDGER_READ) ? null : ledger + "/cases/" + proposal.ulid());
        model.put("signing", signing(record, caller));
        model.put("problem", problem);
        return new ModelAndView("approval", model, status);
    }

    /** How the viewer would show that an approval is theirs. */
    enum Signing {
        /** By their session alone. */
        NOT_NEEDED,
        /** They sign with a passkey. */
        PASSKEY,
        /** They have none, and have just signed in with a link. */
        FRESH_LINK,
        /** They have none, and must sign in with a link first. */
        SIGN_IN_AGAIN,
        /** They had one that was removed, and need another. */
        NEEDS_NEW_KEY;

        /** Whether they can approve here now. */
        public boolean possible() {
            return this != SIGN_IN_AGAIN && this != NEEDS_NEW_KEY;
        }
    }

    private Signing signing(ApprovalRecord record, Caller caller) {
        if (record.question().terms().obligations().assurance() != Assurance.KEY) {
            return Signing.NOT_NEEDED;
        }
        Approver approver = Approvers.of(caller, Credential.Method.WEB);
        Proof proof = proofs.of(approver);
        if (proof.mustSign()) {
            return proofs.hasPasskey(approver) ? Signing.PASSKEY : Signing.NEEDS_NEW_KEY;
        }
        return proof.fresh() ? Signing.FRESH_LINK : Signing.SIGN_IN_AGAIN;
    }

    /** What is offered beyond this call, with the number of earlier calls that it would have answered; null without. */
    private @Nullable OfferedFurther further(Principal viewer, ShownRecord shown) {
        ApprovalRecord record = shown.record();
        if (shown.prompt() == null || !record.state().open()) {
            return null;
        }
        FurtherCalls calls = FurtherCalls.of(
                record.question().terms(), Prompt.read(shown.prompt()).tool().arguments());
        return calls.any()
                ? new OfferedFurther(calls, covered(viewer, record.key().id(), ArgumentPattern.EXACT))
                : null;
    }

    /**
     * What the page shows about further calls.
     *
     * @param covered how many earlier calls would have been answered, if no argument may differ
     */
    record OfferedFurther(FurtherCalls calls, String covered) {}

    static @Nullable PromptSections sections(ShownRecord shown, boolean all) {
        if (shown.prompt() == null) {
            return null;
        }
        Prompt prompt = Prompt.read(shown.prompt());
        return all ? PromptSections.whole(prompt) : PromptSections.of(prompt);
    }
}
