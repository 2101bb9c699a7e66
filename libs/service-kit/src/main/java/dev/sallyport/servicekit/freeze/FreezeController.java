package dev.sallyport.servicekit.freeze;

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
 * fleet's freezes and those of its workspace. An owner's device for which policy-service names no principal freezes and
 * sees everything.
 */
@RestController
class FreezeController {
    /** What statements and tables can hold: no NUL, no half of a surrogate pair. */
    private static final String TEXT = "[^\\x00\\p{Cs}]*";

    private static final String NOT_TEXT = "must not have NUL nor half of a surrogate pair";

    private final Freezes freezes;

    FreezeController(Freezes freezes) {
        this.freezes = freezes;
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
            String reason,
            String actor,
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

        private static @Nullable String emptyAsNull(String text) {
            return text.isEmpty() ? null : text;
        }
    }

    @PostMapping("/v1/freeze")
    @Requires(Permission.FLEET_FREEZE)
    @OwnerDevice
    Page<FreezeView> freeze(Caller caller, @Valid @RequestBody FreezeRequest request, PageRequest page) {
        freezes.freeze(target(caller, request), reason(request), caller.actor());
        return visible(caller, page);
    }

    @PostMapping("/v1/unfreeze")
    @Requires(Permission.FLEET_FREEZE)
    @OwnerDevice
    Page<FreezeView> unfreeze(Caller caller, @Valid @RequestBody FreezeRequest request, PageRequest page) {
        freezes.unfreeze(target(caller, request), reason(request), caller.actor());
        return visible(caller, page);
    }

    @GetMapping("/v1/freeze")
    @Requires(Permission.PROPOSAL_READ)
    @OwnerDevice
    Page<FreezeView> list(Caller caller, PageRequest page) {
        return visible(caller, page);
    }

    private Page<FreezeView> visible(Caller caller, PageRequest page) {
        Principal principal = principalOf(caller);
        return freezes.list(principal == null ? null : principal.workspaceId(), page)
                .map(FreezeView::of);
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
