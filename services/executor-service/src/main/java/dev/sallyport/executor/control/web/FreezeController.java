package dev.sallyport.executor.control.web;

import dev.sallyport.executor.control.Freeze;
import dev.sallyport.executor.control.Freeze.Scope;
import dev.sallyport.executor.control.Freezes;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Freezing at control, which works while policy-service is down. */
@RestController
class FreezeController {

    private final Freezes freezes;

    FreezeController(Freezes freezes) {
        this.freezes = freezes;
    }

    record FreezeRequest(
            @NotNull Scope scope,
            @Size(max = 26) @Nullable String workspaceId,
            @Size(max = 300) @Nullable String id,
            @Size(max = 500) @Nullable String reason) {}

    @PostMapping("/v1/freeze")
    @Requires(Permission.FLEET_FREEZE)
    @OwnerDevice
    List<Freeze> freeze(Caller caller, @Valid @RequestBody FreezeRequest request) {
        freezes.freeze(named(caller, request), caller.actor(), request.reason());
        return visible(caller);
    }

    @PostMapping("/v1/unfreeze")
    @Requires(Permission.FLEET_FREEZE)
    @OwnerDevice
    List<Freeze> unfreeze(Caller caller, @Valid @RequestBody FreezeRequest request) {
        freezes.unfreeze(named(caller, request), caller.actor(), request.reason());
        return visible(caller);
    }

    @GetMapping("/v1/freeze")
    @Requires(Permission.FLEET_FREEZE)
    @OwnerDevice
    List<Freeze> frozen(Caller caller) {
        return visible(caller);
    }

    /** The whole fleet's and those of the caller's own workspace; a device that policy-service cannot name sees all. */
    private List<Freeze> visible(Caller caller) {
        Principal principal = principalOf(caller);
        return freezes.all().stream()
                .filter(freeze -> principal == null
                        || freeze.scope() == Scope.FLEET
                        || freeze.workspaceId().equals(principal.workspaceId()))
                .toList();
    }

    private static @Nullable Principal principalOf(Caller caller) {
        return switch (caller) {
            case Caller.Bearer bearer -> bearer.principal();
            case Caller.CertificateOf holder -> holder.principal();
            case Caller.Workload workload -> null;
            case Caller.Nobody nobody -> null;
        };
    }

    /** A principal freezes in its own workspace, the fleet who operates its trust; a device may name a workspace. */
    private static Freeze named(Caller caller, FreezeRequest request) {
        Principal principal = principalOf(caller);
        if (request.scope() == Scope.FLEET && principal != null && !principal.may(Permission.TRUST_OPERATE)) {
            throw ProblemException.forbidden("PERMISSION_MISSING", "Freezing the fleet needs trust.operate.");
        }
        String workspace = request.workspaceId();
        if (request.scope() != Scope.FLEET && principal != null) {
            if (workspace != null && !workspace.equals(principal.workspaceId())) {
                throw ProblemException.notFound("There is no such workspace.");
            }
            workspace = principal.workspaceId();
        }
        try {
            return new Freeze(
                    request.scope(), workspace == null ? "" : workspace, request.id() == null ? "" : request.id());
        } catch (IllegalArgumentException meaningless) {
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST,
                    "INVALID_FREEZE",
                    "What is to be frozen is not named well.",
                    "scope",
                    String.valueOf(meaningless.getMessage()));
        }
    }
}
