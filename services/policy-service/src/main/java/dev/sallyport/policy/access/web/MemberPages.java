package dev.sallyport.policy.access.web;

import dev.sallyport.pages.FormCheck;
import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.ProblemPage;
import dev.sallyport.pages.SeeOther;
import dev.sallyport.policy.access.AccessException;
import dev.sallyport.policy.access.Member;
import dev.sallyport.policy.access.MemberRemoval;
import dev.sallyport.policy.access.Members;
import dev.sallyport.policy.access.Role;
import dev.sallyport.policy.access.web.MemberController.NewMember;
import dev.sallyport.policy.access.web.MemberController.RemovedView;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import java.util.Arrays;
import java.util.List;
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
 * The members of the workspace as pages. A session lets nobody else in: sign-in links for others come from the owner's
 * device alone.
 */
@PageController
class MemberPages {
    private static final String HOME = "/policy/members";
    private static final List<String> ROLES =
            Arrays.stream(Role.values()).map(Role::wire).toList();

    private final Members members;
    private final MemberRemoval removal;
    private final Grantors grantors;
    private final FormCheck forms;

    MemberPages(Members members, MemberRemoval removal, Grantors grantors, FormCheck forms) {
        this.members = members;
        this.removal = removal;
        this.grantors = grantors;
        this.forms = forms;
    }

    @GetMapping(HOME)
    @Requires(Permission.MEMBER_MANAGE)
    ModelAndView list(Caller caller, PageRequest page) {
        return list(caller, page, HttpStatus.OK, null, "");
    }

    private ModelAndView list(
            Caller caller, PageRequest page, HttpStatus status, @Nullable String problem, String principal) {
        Map<String, @Nullable Object> model = PageModel.of("members", caller);
        Page<Member> found = members.list(PageModel.viewer(caller).workspaceId(), page);
        model.put("members", found.items());
        model.put("next", found.next() == null ? null : PageModel.address(HOME, Map.of("after", found.next())));
        model.put("roles", ROLES);
        model.put("problem", problem);
        model.put("principal", principal);
        return new ModelAndView("members", model, status);
    }

    @PostMapping(HOME)
    @Requires(Permission.MEMBER_MANAGE)
    ModelAndView add(
            Caller caller,
            @RequestParam(defaultValue = "") String principal,
            @RequestParam(defaultValue = "") List<String> roles) {
        PageRequest first = new PageRequest(PageRequest.DEFAULT_LIMIT, null);
        PageModel.viewer(caller);
        try {
            put(caller, principal, roles, List.of());
        } catch (AccessException e) {
            if (e.code() == AccessException.Code.MEMBER_CHANGED_MEANWHILE) {
                return list(
                        caller,
                        first,
                        HttpStatus.CONFLICT,
                        "`" + principal + "` is a member already. Open the member to change its roles.",
                        principal);
            }
            return list(caller, first, AccessProblems.status(e), e.getMessage(), principal);
        } catch (ProblemException e) {
            return list(caller, first, e.status(), FormCheck.inWords(e), principal);
        }
        return SeeOther.to(HOME + "/" + principal);
    }

    @GetMapping(HOME + "/{principal}")
    @Requires(Permission.MEMBER_MANAGE)
    ModelAndView member(Caller caller, @PathVariable String principal) {
        return member(caller, principal, HttpStatus.OK, null);
    }

    private ModelAndView member(Caller caller, String principal, HttpStatus status, @Nullable String problem) {
        Map<String, @Nullable Object> model = PageModel.of("members", caller);
        Principal viewer = PageModel.viewer(caller);
        Member member = find(viewer, principal);
        model.put("member", member);
        model.put("before", roles(member));
        model.put("roles", ROLES);
        model.put("self", member.principal().equals(viewer.name()));
        model.put("problem", problem);
        return new ModelAndView("member", model, status);
    }

    @PostMapping(HOME + "/{principal}/roles")
    @Requires(Permission.MEMBER_MANAGE)
    ModelAndView change(
            Caller caller,
            @PathVariable String principal,
            @RequestParam(defaultValue = "") String before,
            @RequestParam(defaultValue = "") List<String> roles) {
        try {
            put(caller, principal, roles, words(before));
        } catch (AccessException e) {
            return member(caller, principal, AccessProblems.status(e), e.getMessage());
        } catch (ProblemException e) {
            return member(caller, principal, e.status(), FormCheck.inWords(e));
        }
        return SeeOther.to(HOME + "/" + principal);
    }

    @PostMapping(HOME + "/{principal}/remove")
    @Requires(Permission.MEMBER_MANAGE)
    ModelAndView remove(
            Caller caller,
            @PathVariable String principal,
            @RequestParam(defaultValue = "") String before,
            @RequestParam(name = "revoke_issued", defaultValue = "false") boolean issued) {
        RemovedView removed;
        try {
            removed = RemovedView.of(removal.remove(grantors.of(caller), principal, issued, words(before)));
        } catch (AccessException e) {
            return member(caller, principal, AccessProblems.status(e), e.getMessage());
        }
        Map<String, @Nullable Object> model = PageModel.of("members", caller);
        model.put("removed", removed);
        return new ModelAndView("member-removed", model);
    }

    /** Compared where it is changed: nobody else's change comes between. */
    private void put(Caller caller, String principal, List<String> roles, List<String> expected) {
        NewMember asked = forms.read(Map.of("principal", principal, "roles", roles), NewMember.class);
        members.change(grantors.of(caller), asked.principal(), asked.roles(), expected);
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.split(" ", -1));
    }

    private Member find(Principal viewer, String principal) {
        return members.find(viewer.workspaceId(), principal)
                .orElseThrow(() -> ProblemException.notFound("The workspace has no such member."));
    }

    private static String roles(Member member) {
        return String.join(" ", member.roles());
    }

    @ExceptionHandler
    ModelAndView onRefusal(AccessException e) {
        return ProblemPage.of(AccessProblems.status(e), e.getMessage());
    }
}
