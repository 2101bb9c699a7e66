package dev.sallyport.policy.access.web;

import dev.sallyport.policy.access.Member;
import dev.sallyport.policy.access.MemberRemoval;
import dev.sallyport.policy.access.Members;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Members of the caller's workspace. */
@RestController
class MemberController {
    private final Members members;
    private final MemberRemoval removal;
    private final Grantors grantors;

    MemberController(Members members, MemberRemoval removal, Grantors grantors) {
        this.members = members;
        this.removal = removal;
        this.grantors = grantors;
    }

    record MemberView(String principal, List<String> roles) {
        static MemberView of(Member member) {
            return new MemberView(member.principal(), member.roles());
        }
    }

    record NewMember(
            @NotNull @Size(max = 100) String principal,
            @NotNull @Size(min = 1, max = 5) List<String> roles) {}

    /**
     * Makes a principal a member with these roles, or changes the roles of one.
     *
     * <p>Nobody gives or takes a role above the own.
     */
    @PostMapping("/v1/members")
    @Requires(Permission.MEMBER_MANAGE)
    MemberView put(Caller caller, @Valid @RequestBody NewMember request) {
        return MemberView.of(members.put(grantors.of(caller), request.principal(), request.roles()));
    }

    record RemovedView(String principal, List<String> roles, int tokensRevoked, List<String> issuedTokensLeft) {
        static RemovedView of(MemberRemoval.Removed removed) {
            return new RemovedView(
                    removed.member().principal(),
                    removed.member().roles(),
                    removed.tokensRevoked(),
                    removed.tokensLeft());
        }
    }

    /**
     * Shuts a member out in one act: roles, tokens, sign-in links, devices, sessions and open calls.
     *
     * @param principal the member, such as {@code person:ada}
     * @param issued whether tokens that it issued to others are revoked, too
     */
    @DeleteMapping("/v1/members/{principal}")
    @Requires(Permission.MEMBER_MANAGE)
    RemovedView remove(
            Caller caller,
            @PathVariable String principal,
            @RequestParam(name = "revoke_issued", defaultValue = "false") boolean issued) {
        return RemovedView.of(removal.remove(grantors.of(caller), principal, issued));
    }

    /** Lists the members by name. */
    @GetMapping("/v1/members")
    @Requires(Permission.MEMBER_MANAGE)
    Page<MemberView> list(Caller caller, PageRequest page) {
        return members.list(caller.principalOrRefuse().workspaceId(), page).map(MemberView::of);
    }
}
