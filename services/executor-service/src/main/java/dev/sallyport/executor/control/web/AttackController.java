package dev.sallyport.executor.control.web;

import dev.sallyport.executor.claim.AttackReport;
import dev.sallyport.executor.control.NodeAttacks;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.NodeOnly;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Trials of nodes' sandboxes. */
@RestController
class AttackController {
    private static final String NAME = "[a-zA-Z0-9._-]{1,128}";

    private final NodeAttacks attacks;

    AttackController(NodeAttacks attacks) {
        this.attacks = attacks;
    }

    /**
     * Asks a node to try every promise of its sandboxes, each beside the same without one.
     *
     * <p>The node takes no calls meanwhile, and begins when those that it runs have ended.
     *
     * @param pool the pool of the node
     * @param name the name of the node
     */
    @PostMapping("/v1/nodes/{pool}/{name}:attack")
    @Requires(Permission.NODE_MANAGE)
    NodeAttacks.Attack ask(
            Caller caller,
            @PathVariable @Pattern(regexp = NAME) String pool,
            @PathVariable @Pattern(regexp = NAME) String name) {
        return attacks.ask(pool, name, caller.actor())
                .orElseThrow(() -> ProblemException.notFound("There is no node " + pool + "/" + name
                        + ". GET /v1/nodes lists those that have asked for work."));
    }

    /**
     * Shows what came of it the last time, with nothing in `items` until the node has reported.
     *
     * @param pool the pool of the node
     * @param name the name of the node
     */
    @GetMapping("/v1/nodes/{pool}/{name}/attack")
    @Requires(Permission.NODE_READ)
    NodeAttacks.Attack last(
            @PathVariable @Pattern(regexp = NAME) String pool, @PathVariable @Pattern(regexp = NAME) String name) {
        return attacks.last(pool, name)
                .orElseThrow(() -> ProblemException.notFound("No node " + pool + "/" + name
                        + " was told to try its sandboxes: POST /v1/nodes/{pool}/{name}:attack does."));
    }

    /**
     * Takes what came of a trial.
     *
     * @param id which trial
     */
    @PostMapping("/internal/v1/attacks/{id}:finish")
    @NodeOnly
    ResponseEntity<Void> finish(
            Caller.Workload node,
            @PathVariable @Pattern(regexp = "[0-9a-f]{32}") String id,
            @Valid @RequestBody AttackReport report) {
        if (!attacks.report(node.id(), id, report)) {
            throw ProblemException.notFound("This trial is not asked of the node.");
        }
        return ResponseEntity.ok().build();
    }
}
