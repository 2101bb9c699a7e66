package dev.sallyport.executor.control.web;

import dev.sallyport.executor.claim.ClaimRequest;
import dev.sallyport.executor.claim.Claims;
import dev.sallyport.executor.claim.FinishRequest;
import dev.sallyport.executor.claim.LeaseRequest;
import dev.sallyport.executor.claim.Renewal;
import dev.sallyport.executor.claim.Renewed;
import dev.sallyport.executor.control.Executions;
import dev.sallyport.executor.control.LongPoll;
import dev.sallyport.executor.control.NodeAttacks;
import dev.sallyport.executor.control.ResultRefusedException;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.NodeOnly;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.validation.Valid;
import java.util.Base64;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Nodes' side of control. Pool and name come from the node's certificate. */
@RestController
@NodeOnly
class ClaimController {
    private final LongPoll poll;
    private final Executions executions;
    private final NodeAttacks attacks;

    ClaimController(LongPoll poll, Executions executions, NodeAttacks attacks) {
        this.poll = poll;
        this.executions = executions;
        this.attacks = attacks;
    }

    /** Hands calls to a node, waiting for some for as long as it asks, and tells it of a trial that is asked of it. */
    @PostMapping("/internal/v1/claims:take")
    Claims take(Caller.Workload node, @Valid @RequestBody ClaimRequest request) throws InterruptedException {
        return new Claims(poll.claim(node.id(), request), attacks.asked(node.id()));
    }

    /**
     * Renews the lease of a call, and tells the node when to end it.
     *
     * @param proposalId the call's id
     */
    @PostMapping("/internal/v1/claims/{proposalId}:renew")
    Renewal renew(Caller.Workload node, @PathVariable String proposalId, @RequestBody LeaseRequest request) {
        return switch (executions.renew(proposalId, node.id(), request.fence())) {
            case Renewed.Held held -> new Renewal(held.lease().toMillis(), null);
            case Renewed.Stop stop -> new Renewal(stop.lease().toMillis(), stop.reason());
            case Renewed.Lost _ -> throw lost();
        };
    }

    /**
     * Takes the signed result of a call.
     *
     * @param proposalId the call's id
     */
    @PostMapping("/internal/v1/claims/{proposalId}:finish")
    ResponseEntity<Void> finish(
            Caller.Workload node, @PathVariable String proposalId, @Valid @RequestBody FinishRequest request) {
        try {
            if (!executions.finish(proposalId, node.id(), request.fence(), bytes(request.record()))) {
                throw ProblemException.conflict(
                        "LEASE_LOST", "The result came after the lease was lost. It is evidence without effect.");
            }
            return ResponseEntity.ok().build();
        } catch (ResultRefusedException e) {
            throw ProblemException.badRequest("RESULT_REFUSED", "The result is refused: " + e.getMessage() + ".");
        }
    }

    private static byte[] bytes(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            throw ProblemException.badRequest("RESULT_REFUSED", "The record must be a signed result as base64.");
        }
    }

    private static ProblemException lost() {
        return ProblemException.conflict(
                "LEASE_LOST", "This node does not hold a lease of the call with that fence. End the call.");
    }
}
