package dev.sallyport.policy.activation.web;

import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.PageTime;
import dev.sallyport.pages.ProblemPage;
import dev.sallyport.pages.SeeOther;
import dev.sallyport.policy.activation.Activation;
import dev.sallyport.policy.activation.LoadedSets;
import dev.sallyport.policy.activation.PolicyChange;
import dev.sallyport.policy.activation.PolicyRefusedException;
import dev.sallyport.policy.activation.PolicySets;
import dev.sallyport.policy.activation.SetName;
import dev.sallyport.policy.activation.web.SetAnswers.ChangeView;
import dev.sallyport.policy.policyset.InvalidPolicySetException;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/**
 * An activation that waits for a second person, as a page: with all that it changes, since it takes effect on no other
 * set than the one that it was proposed on.
 */
@PageController
class ChangePages {
    private static final String HOME = "/policy/changes";

    private final PolicySets sets;
    private final LoadedSets loaded;

    ChangePages(PolicySets sets, LoadedSets loaded) {
        this.sets = sets;
        this.loaded = loaded;
    }

    /** Where the change of this id is. */
    static String path(String changeId) {
        return HOME + "/" + changeId;
    }

    @GetMapping(HOME + "/{id}")
    @Requires(Permission.POLICY_READ)
    ModelAndView change(Caller caller, @PathVariable String id) {
        return change(caller, id, HttpStatus.OK, null);
    }

    private ModelAndView change(Caller caller, String id, HttpStatus status, @Nullable String problem) {
        Map<String, @Nullable Object> model = PageModel.of("sets", caller);
        Principal viewer = PageModel.viewer(caller);
        PolicyChange change = sets.change(viewer.workspaceId(), id);
        Activation current = sets.current();
        boolean open = change.state() == PolicyChange.State.PENDING;
        boolean onCurrent = current.position() == change.based();
        boolean own = change.proposers().contains(viewer.name());
        boolean manages = viewer.may(Permission.POLICY_MANAGE);
        model.put("change", ChangeView.of(change));
        model.put("shortly", SetName.shortly(change.set()));
        model.put("proposedAt", PageTime.inWords(change.proposedAt()));
        model.put("expiresAt", PageTime.inWords(change.expiresAt()));
        model.put("open", open);
        model.put("overtaken", open && !onCurrent);
        model.put("own", own);
        model.put("mayConfirm", open && onCurrent && manages && !own);
        model.put("mayWithdraw", open && manages);
        model.put("position", change.based());
        model.put(
                "difference",
                open && onCurrent
                        ? DifferencePage.of(
                                loaded.load(new SetName(current.set())), loaded.load(new SetName(change.set())))
                        : null);
        model.put("problem", problem);
        return new ModelAndView("set-change", model, status);
    }

    /** Confirms what the page has shown: this set, upon that activation. */
    @PostMapping(HOME + "/{id}/confirm")
    @Requires(Permission.POLICY_MANAGE)
    ModelAndView confirm(
            Caller caller,
            @PathVariable String id,
            @RequestParam(defaultValue = "") String set,
            @RequestParam(defaultValue = "") String position) {
        Principal viewer = PageModel.viewer(caller);
        PolicyChange change = sets.change(viewer.workspaceId(), id);
        if (!new SetName(change.set()).toString().equals(set)
                || !Long.toString(change.based()).equals(position)) {
            return change(caller, id, HttpStatus.CONFLICT, "Read this change, then confirm what you have read.");
        }
        try {
            sets.confirm(viewer, id);
        } catch (PolicyRefusedException e) {
            return change(caller, id, PolicySetProblems.status(e), e.getMessage());
        }
        return SeeOther.to("/policy/sets");
    }

    @PostMapping(HOME + "/{id}/withdraw")
    @Requires(Permission.POLICY_MANAGE)
    ModelAndView withdraw(Caller caller, @PathVariable String id) {
        sets.withdraw(PageModel.viewer(caller), id);
        return SeeOther.to(path(id));
    }

    @ExceptionHandler
    ModelAndView onRefusal(PolicyRefusedException e) {
        return ProblemPage.of(PolicySetProblems.status(e), e.getMessage());
    }

    @ExceptionHandler
    ModelAndView onErrors(InvalidPolicySetException e) {
        return ProblemPage.of(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "This version of the service cannot compile the policy set: " + e.getMessage());
    }
}
