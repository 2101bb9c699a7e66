package dev.sallyport.servicekit.freeze;

import dev.sallyport.servicekit.access.AccessProperties;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Freeze;
import dev.sallyport.statements.Freeze.Scope;
import dev.sallyport.statements.WireName;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Freezing and unfreezing, by role or by the owner's device alone, which works while policy-service is down.
 *
 * <p>A principal freezes in its own workspace, and the fleet only with {@code trust.operate} as well. It sees the
 * fleet's freezes and those of its workspace; without {@code proposal.read.all} only those that cover itself, and of the
 * fleet's and the workspace's neither reason nor actor. An owner's device for which policy-service names no principal
 * freezes and sees everything.
 *
 * <p>Nobody lifts a freeze on himself, but with an owner's device: a fleet of one person could lock itself out else.
 */
@RestController
class FreezeController {
    /** What statements and tables can hold: no NUL, no half of a surrogate pair. */
    private static final String TEXT = "[^\\x00\\p{Cs}]*";

    private static final String NOT_TEXT = "must not have NUL nor half of a surrogate pair";

    private final Freezes freezes;
    private final AccessProperties access;

    FreezeController(Freezes freezes, AccessProperties access) {
        this.freezes = freezes;
        this.access = access;
    }

    record FreezeRequest(
            @NotNull String scope,

            @Nullable @Pattern(regexp = TEXT, message = NOT_TEXT)
            String workspaceId,

            @Nullable @Pattern(regexp = TEXT, message = NOT_TEXT)
            String id,

            @Nullable @Size(max = 500) @Pattern(regexp = TEXT, message = NOT_TEXT)
            String reason) {}

    record FreezeView(
            Scope scope,
            @Nullable String workspaceId,
            @Nullable String id,
            @Nullable String reason,
            @Nullable String actor,
            Instant since) {
        static FreezeView of(FreezeInForce row) {
            return new FreezeView(
                    row.scope(),
                    emptyAsNull(row.workspaceId()),
                    emptyAsNull(row.id()),
                    row.reason(),
                    row.actor(),
                    row.since());
        }

        /** As somebody sees it whom the reason does not concern. */
        FreezeView withoutReason() {
            return new FreezeView(scope, workspaceId, id, null, null, since);
        }

        private static @Nullable String emptyAsNull(String text) {
            return text.isEmpty() ? null : text;
        }
    }

    /** Freezes the fleet, a workspace, a principal, a session or a run, and lists the freezes in force. */
    @PostMapping("/v1/freeze")
    @Requires(Permission.FLEET_FREEZE)
    @OwnerDevice
    Page<FreezeView> freeze(Caller caller, @Valid @RequestBody FreezeRequest request, PageRequest page) {
        freezes.freeze(target(caller, request), reason(request), caller.actor());
        return visible(caller, page);
    }

    /**
     * Lifts a freeze, and lists those that are left.
     *
     * <p>Nobody lifts a freeze on himself but with an owner's device.
     */
    @PostMapping("/v1/unfreeze")
    @Requires(Permission.FLEET_FREEZE)
    @OwnerDevice
    Page<FreezeView> unfreeze(Caller caller, @Valid @RequestBody FreezeRequest request, PageRequest page) {
        Freeze freeze = target(caller, request);
        refuseOwn(caller, freeze);
        freezes.unfreeze(freeze, reason(request), caller.actor());
        return visible(caller, page);
    }

    /** Lists the freezes that the caller may see. */
    @GetMapping("/v1/freeze")
    @Requires(Permission.PROPOSAL_READ)
    @OwnerDevice
    Page<FreezeView> list(Caller caller, PageRequest page) {
        return visible(caller, page);
    }

    private Page<FreezeView> visible(Caller caller, PageRequest page) {
        Principal principal = principalOf(caller);
        if (principal == null || principal.may(Permission.PROPOSAL_READ_ALL)) {
            return freezes.list(principal == null ? null : principal.workspaceId(), null, page)
                    .map(FreezeView::of);
        }
        return freezes.list(principal.workspaceId(), principal.name(), page)
                .map(FreezeView::of)
                .map(view -> view.id() == null ? view.withoutReason() : view);
    }

    private void refuseOwn(Caller caller, Freeze freeze) {
        boolean ownerDevice = caller instanceof Caller.CertificateOf holder && access.isOwnersDevice(holder.id());
        Principal principal = principalOf(caller);
        if (!ownerDevice
                && principal != null
                && (freeze.principal().equals(principal.name())
                        || principal.accountable().contains(freeze.principal()))) {
            throw ProblemException.forbidden(
                    "OWN_FREEZE",
                    "Nobody lifts a freeze on himself, nor does a service on who answers for it. Somebody else with fleet.freeze, or the owner's device, can.");
        }
    }

    private static Freeze target(Caller caller, FreezeRequest request) {
        Scope scope = WireName.find(Scope.class, request.scope())
                .orElseThrow(() ->
                        invalid("The `scope` of a freeze is `fleet`, `workspace`, `principal`, `session` or `run`."));
        Principal principal = principalOf(caller);
        String workspace = Objects.requireNonNullElse(request.workspaceId(), "");
        if (principal != null && scope == Scope.FLEET && !principal.may(Permission.TRUST_OPERATE)) {
            throw ProblemException.forbidden(
                    "PERMISSION_MISSING", "Freezing the fleet, and lifting that, needs the permission trust.operate.");
        }
        if (principal != null && scope != Scope.FLEET) {
            if (!workspace.isEmpty() && !workspace.equals(principal.workspaceId())) {
                throw ProblemException.notFound("There is no such workspace.");
            }
            workspace = principal.workspaceId();
        }
        try {
            return new Freeze(scope, workspace, Objects.requireNonNullElse(request.id(), ""));
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static String reason(FreezeRequest request) {
        return Objects.requireNonNullElse(request.reason(), "");
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(HttpStatus.BAD_REQUEST, "INVALID_FREEZE", detail, "scope", detail);
    }

    private static @Nullable Principal principalOf(Caller caller) {
        return switch (caller) {
            case Caller.CertificateOf holder -> holder.principal();
            case Caller.Bearer bearer -> bearer.principal();
            case Caller.Workload _ -> null;
            case Caller.Nobody _ -> null;
        };
    }
}
