package dev.sallyport.policy.access.web;

import dev.sallyport.policy.access.FreezeTarget;
import dev.sallyport.policy.access.Freezes;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Freeze and unfreeze, by role or by the owner's device alone. */
@RestController
class FreezeController {
    private final Freezes freezes;

    FreezeController(Freezes freezes) {
        this.freezes = freezes;
    }

    record FreezeRequest(
            @NotNull String scope,
            @Nullable @Size(max = 300) String id,
            @Nullable @Size(max = 26) String workspaceId,
            @Nullable @Size(max = 500) String reason) {}

    record FreezeView(
            String scope,
            @Nullable String workspaceId,
            @Nullable String id,
            String reason,
            String actor,
            Instant since) {
        static FreezeView of(Freezes.Freeze freeze) {
            return new FreezeView(
                    freeze.target().scope(),
                    blankAsNull(freeze.target().workspaceId()),
                    blankAsNull(freeze.target().id()),
                    freeze.reason(),
                    freeze.actor(),
                    freeze.since());
        }

        private static @Nullable String blankAsNull(String text) {
            return text.isEmpty() ? null : text;
        }
    }

    record FreezeList(List<FreezeView> freezes) {}

    @PostMapping("/v1/freeze")
    @Requires(Permission.FLEET_FREEZE)
    @OwnerDevice
    FreezeList freeze(Caller caller, @Valid @RequestBody FreezeRequest request) {
        FreezeTarget target = target(caller, request);
        freezes.freeze(target, Objects.requireNonNullElse(request.reason(), ""), caller.actor());
        return new FreezeList(
                freezes.of(target.workspaceId()).stream().map(FreezeView::of).toList());
    }

    @PostMapping("/v1/unfreeze")
    @Requires(Permission.FLEET_FREEZE)
    @OwnerDevice
    FreezeList unfreeze(Caller caller, @Valid @RequestBody FreezeRequest request) {
        FreezeTarget target = target(caller, request);
        freezes.unfreeze(target, Objects.requireNonNullElse(request.reason(), ""), caller.actor());
        return new FreezeList(
                freezes.of(target.workspaceId()).stream().map(FreezeView::of).toList());
    }

    @GetMapping("/v1/freeze")
    @Requires(Permission.PROPOSAL_READ)
    FreezeList list(Caller caller) {
        return new FreezeList(freezes.of(caller.principalOrRefuse().workspaceId()).stream()
                .map(FreezeView::of)
                .toList());
    }

    /** The caller's own workspace; the fleet only for the owner's device and who operates trust. */
    private static FreezeTarget target(Caller caller, FreezeRequest request) {
        Principal principal = switch (caller) {
            case Caller.CertificateOf device -> device.principal();
            case Caller.Bearer bearer -> bearer.principal();
            case Caller.Workload workload -> null;
            case Caller.Nobody nobody -> null;
        };
        String id = Objects.requireNonNullElse(request.id(), "");
        if (request.scope().equals("fleet")) {
            if (principal != null && !principal.may(Permission.TRUST_OPERATE)) {
                throw ProblemException.forbidden("PERMISSION_MISSING", "freezing the fleet needs trust.operate");
            }
            return new FreezeTarget("fleet", "", id);
        }
        String workspace =
                principal == null ? Objects.requireNonNullElse(request.workspaceId(), "") : principal.workspaceId();
        return new FreezeTarget(request.scope(), workspace, id);
    }
}
