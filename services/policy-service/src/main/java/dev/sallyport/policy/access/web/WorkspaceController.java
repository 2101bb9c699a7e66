package dev.sallyport.policy.access.web;

import dev.sallyport.policy.access.Grantor;
import dev.sallyport.policy.access.Member;
import dev.sallyport.policy.access.SignInTokens;
import dev.sallyport.policy.access.Workspaces;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The workspaces of the fleet. */
@RestController
class WorkspaceController {
    private final Workspaces workspaces;
    private final SignInTokens signInTokens;
    private final Grantors grantors;

    WorkspaceController(Workspaces workspaces, SignInTokens signInTokens, Grantors grantors) {
        this.workspaces = workspaces;
        this.signInTokens = signInTokens;
        this.grantors = grantors;
    }

    record WorkspaceView(
            String workspaceId,
            String name,
            boolean fleet,
            Instant createdAt,
            @Nullable Instant closedAt) {
        static WorkspaceView of(Workspaces.Workspace workspace) {
            return new WorkspaceView(
                    workspace.workspaceId(),
                    workspace.name(),
                    workspace.fleet(),
                    workspace.createdAt(),
                    workspace.closedAt());
        }
    }

    record NewWorkspace(
            @NotNull @Size(max = 63) String name,
            @NotNull @Size(max = 63) String person) {}

    record Renaming(@NotNull @Size(max = 63) String name) {}

    record Founded(String workspaceId, String name, String principal, String signInToken, Instant expiresAt) {}

    /**
     * Makes a further workspace with its owner, and a one-time sign-in link for that person.
     *
     * <p>Its members, tokens, tools, configuration and calls are its own. Policies, nodes and the ledger are the fleet's.
     */
    @PostMapping("/v1/workspaces")
    @ResponseStatus(HttpStatus.CREATED)
    @OwnerDevice
    Founded found(Caller caller, @Valid @RequestBody NewWorkspace request) {
        String actor = caller.actor();
        Member owner = workspaces.found(actor, request.name(), request.person());
        SignInTokens.Issued link =
                signInTokens.issue(Grantor.ownerDevice(actor, owner.workspaceId(), owner.roles()), owner.principal());
        return new Founded(
                owner.workspaceId(), request.name(), owner.principal(), link.signInToken(), link.expiresAt());
    }

    /**
     * Gives the caller's workspace another name.
     *
     * @param id the workspace's id
     */
    @PostMapping("/v1/workspaces/{id}:rename")
    @Requires(Permission.WORKSPACE_MANAGE)
    WorkspaceView rename(Caller caller, @PathVariable String id, @Valid @RequestBody Renaming request) {
        return WorkspaceView.of(workspaces.rename(grantors.of(caller), id, request.name()));
    }

    /**
     * Closes the caller's workspace, for good: all of its members are removed, its owners too, and their calls end.
     *
     * <p>That of the fleet's owner is not closed.
     *
     * @param id the workspace's id
     */
    @PostMapping("/v1/workspaces/{id}:close")
    @Requires(Permission.WORKSPACE_MANAGE)
    WorkspaceView close(Caller caller, @PathVariable String id) {
        return WorkspaceView.of(workspaces.close(grantors.of(caller), id));
    }

    /**
     * Lists the workspaces, the oldest first.
     *
     * <p>A caller without {@code trust.operate} sees its own.
     */
    @GetMapping("/v1/workspaces")
    @Requires(Permission.CONFIG_READ)
    Page<WorkspaceView> list(Caller caller, PageRequest page) {
        Principal reader = caller.principalOrRefuse();
        String own = reader.may(Permission.TRUST_OPERATE) ? null : reader.workspaceId();
        return workspaces.list(own, page).map(WorkspaceView::of);
    }
}
