package dev.sallyport.policy.proposal.web;

import dev.sallyport.policy.proposal.flow.Erasure;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Erases what is kept of calls. */
@RestController
class ErasureController {
    private final Erasure erasure;

    ErasureController(Erasure erasure) {
        this.erasure = erasure;
    }

    record Request(
            @Nullable @Size(max = 26) String proposalId,

            @Nullable
            @Pattern(
                    regexp = "(person|agent|service):[a-z0-9][a-z0-9._-]{0,62}",
                    message = "must be a principal, such as agent:crawler")
            String principal,

            @NotBlank
            @Size(max = 500)
            @Pattern(regexp = "[^\\x00\\p{Cs}]*", message = "must not have NUL nor half of a surrogate pair")
            String reason) {}

    /**
     * Erases what is kept here of calls that have ended: arguments, explanations, results and reasons.
     *
     * <p>Name one call, or a principal for all of its calls. What the ledger and approval-service keep is not reached.
     */
    @PostMapping("/v1/proposals:erase")
    @Requires(Permission.WORKSPACE_MANAGE)
    Erasure.Erased erase(Caller caller, @Valid @RequestBody Request request) {
        Principal actor = caller.principalOrRefuse();
        String id = request.proposalId();
        String principal = request.principal();
        if (id != null && principal == null) {
            return erasure.ofCall(actor, id, request.reason()).orElseThrow(ProposalController::unknown);
        }
        if (principal != null && id == null) {
            return erasure.ofPrincipal(actor, principal, request.reason());
        }
        throw ProblemException.badRequest("INVALID_REQUEST", "Name either `proposal_id` or `principal`.");
    }
}
