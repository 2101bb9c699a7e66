package dev.sallyport.approval.console;

import dev.sallyport.approval.grant.ArgumentPattern.Choice;
import dev.sallyport.approval.grant.ArgumentPattern.Match;
import dev.sallyport.approval.grant.Grant;
import dev.sallyport.approval.grant.Grants;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.PageTime;
import dev.sallyport.pages.SeeOther;
import dev.sallyport.pages.text.VisibleText;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** What answers without anybody being asked, and an end to it. */
@Controller
class GrantPages {
    private static final String PATH = "/console/grants";
    private static final int SHOWN = 50;

    private final Grants grants;

    GrantPages(Grants grants) {
        this.grants = grants;
    }

    /** A grant as the page draws it. */
    record Line(
            String id,
            String approvalId,
            Grant.State state,
            String inWords,
            VisibleText shown,
            VisibleText principal,
            VisibleText session,
            String approver,
            String tool,
            List<VisibleText> open,
            String use,
            Instant endsAt,
            String endsInWords,
            String revokedBy) {
        static Line of(Grant grant, Instant now) {
            boolean session = grant.scope() == ApprovalScope.SESSION;
            return new Line(
                    grant.id(),
                    grant.origin().approvalId(),
                    grant.state(now),
                    (grant.answer() == Answer.APPROVED ? "Approves" : "Denies")
                            + (session ? " calls like it in the same session" : " calls like it in any session"),
                    VisibleText.of(grant.origin().shown()),
                    VisibleText.of(grant.origin().principal()),
                    VisibleText.of(grant.origin().session()),
                    grant.origin().approver(),
                    grant.origin().tool() + " " + grant.origin().toolVersion(),
                    grant.pattern().choices().stream().map(Line::inWords).toList(),
                    grant.used() + " of " + grant.uses() + " used",
                    grant.endsAt(),
                    PageTime.inWords(grant.endsAt()),
                    grant.revokedBy() == null ? "" : grant.revokedBy());
        }

        private static VisibleText inWords(Choice choice) {
            return VisibleText.of(choice.argument()
                    + (choice.match() == Match.ANY
                            ? ": any text"
                            : ": only the first " + choice.length() + " characters must be the same"));
        }

        /** Whether it answers now. */
        public boolean live() {
            return state == Grant.State.LIVE;
        }

        /** Where it stands, as a word. */
        public String stateInWords() {
            return switch (state) {
                case LIVE -> "answers";
                case USED_UP -> "used up";
                case ENDED -> "ended";
                case REVOKED -> "revoked by " + revokedBy;
            };
        }
    }

    @GetMapping(PATH)
    @Requires(Permission.APPROVAL_READ)
    ModelAndView list(Caller caller, @RequestParam(required = false) @Nullable String after) {
        Instant now = grants.now();
        Page<Line> page = grants.list(
                        caller.principalOrRefuse().workspaceId(), "", false, new PageRequest(SHOWN, after))
                .map(grant -> Line.of(grant, now));
        Map<String, @Nullable Object> model = PageModel.of("grants", caller);
        model.put("grants", page.items());
        model.put("mayRevoke", caller.principalOrRefuse().may(Permission.APPROVAL_RESOLVE));
        model.put("older", page.next() == null ? null : PageModel.address(PATH, Map.of("after", page.next())));
        return new ModelAndView("grants", model);
    }

    @PostMapping(PATH + "/{id}/revoke")
    @Requires(Permission.APPROVAL_RESOLVE)
    ModelAndView revoke(Caller caller, @PathVariable String id) {
        grants.revoke(
                caller.principalOrRefuse().workspaceId(),
                id,
                caller.principalOrRefuse().name());
        return SeeOther.to(PATH);
    }
}
