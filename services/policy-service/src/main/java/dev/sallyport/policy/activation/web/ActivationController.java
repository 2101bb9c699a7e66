package dev.sallyport.policy.activation.web;

import dev.sallyport.policy.activation.Activation;
import dev.sallyport.policy.activation.PolicyChange;
import dev.sallyport.policy.activation.PolicySets;
import dev.sallyport.policy.activation.PolicySets.Update;
import dev.sallyport.policy.activation.web.SetAnswers.ActivationView;
import dev.sallyport.policy.activation.web.SetAnswers.ChangeView;
import dev.sallyport.servicekit.access.AccessProperties;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.trust.SpiffeId;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Policy sets: which one decides, and what waits for a second person. */
@RestController
class ActivationController {
    private final PolicySets sets;
    private final AccessProperties access;

    ActivationController(PolicySets sets, AccessProperties access) {
        this.sets = sets;
        this.access = access;
    }

    /**
     * Puts an uploaded policy set in force.
     *
     * <p>The set must pass its tests. Where the change takes two people, nothing is in force yet: the answer is 202
     * with a change that a second person confirms within 24 hours.
     *
     * @param digest the set's digest, 64 lower-case hexadecimal digits
     */
    @PostMapping("/v1/policy-sets/{digest}:activate")
    @Requires(Permission.POLICY_MANAGE)
    ResponseEntity<?> activate(Caller caller, @PathVariable String digest) {
        return answer(sets.activate(caller.principalOrRefuse(), digest));
    }

    /**
     * Puts the set before the one in force in force again.
     *
     * <p>The owner's device does so alone and at once. For anybody else a change that takes two people is answered 202.
     */
    @PostMapping("/v1/policy-activations:rollback")
    @Requires(Permission.POLICY_MANAGE)
    @OwnerDevice
    ResponseEntity<?> rollBack(Caller caller) {
        if (caller instanceof Caller.CertificateOf holder && isOwners(holder.id())) {
            Principal principal = holder.principal();
            return ResponseEntity.ok(
                    inForce(sets.rollBackByOwner(caller.actor(), principal == null ? null : principal.workspaceId())));
        }
        return answer(sets.rollBack(caller.principalOrRefuse()));
    }

    /** Lists which sets have been in force, the newest first. */
    @GetMapping("/v1/policy-activations")
    @Requires(Permission.POLICY_READ)
    Page<ActivationView> history(PageRequest page) {
        long current = sets.current().position();
        return sets.history(page).map(activation -> ActivationView.of(activation, current));
    }

    /** Lists changes of policy that wait or waited for a second person, the newest first. */
    @GetMapping("/v1/policy-changes")
    @Requires(Permission.POLICY_READ)
    Page<ChangeView> changes(Caller caller, PageRequest page) {
        return sets.changes(caller.principalOrRefuse().workspaceId(), page).map(ChangeView::of);
    }

    /**
     * Shows one change of policy.
     *
     * @param id the change's id
     */
    @GetMapping("/v1/policy-changes/{id}")
    @Requires(Permission.POLICY_READ)
    ChangeView change(Caller caller, @PathVariable String id) {
        return ChangeView.of(sets.change(caller.principalOrRefuse().workspaceId(), id));
    }

    /**
     * Confirms a change of policy, as a second person.
     *
     * <p>Whoever proposed it, or wrote what it puts in force, cannot confirm it.
     *
     * @param id the change's id
     */
    @PostMapping("/v1/policy-changes/{id}:confirm")
    @Requires(Permission.POLICY_MANAGE)
    ActivationView confirm(Caller caller, @PathVariable String id) {
        return inForce(sets.confirm(caller.principalOrRefuse(), id));
    }

    /**
     * Withdraws a change of policy that waits.
     *
     * @param id the change's id
     */
    @DeleteMapping("/v1/policy-changes/{id}")
    @Requires(Permission.POLICY_MANAGE)
    ChangeView withdraw(Caller caller, @PathVariable String id) {
        return ChangeView.of(sets.withdraw(caller.principalOrRefuse(), id));
    }

    private boolean isOwners(SpiffeId id) {
        return id.kind() == SpiffeId.Kind.DEVICE && access.ownerDevices().contains(id.name());
    }

    private static ResponseEntity<?> answer(Update update) {
        return switch (update) {
            case Update.InForce(Activation activation) -> ResponseEntity.ok(inForce(activation));
            case Update.Pending(PolicyChange change) ->
                ResponseEntity.accepted().body(ChangeView.of(change));
        };
    }

    private static ActivationView inForce(Activation activation) {
        return ActivationView.of(activation, activation.position());
    }
}
