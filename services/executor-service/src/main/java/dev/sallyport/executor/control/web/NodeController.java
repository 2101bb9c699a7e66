package dev.sallyport.executor.control.web;

import dev.sallyport.executor.control.Executions;
import dev.sallyport.executor.control.NodeDrains;
import dev.sallyport.executor.control.NodeRegistry;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.validation.constraints.Pattern;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The nodes, for operators. */
@RestController
class NodeController {
    private static final String NAME = "[a-zA-Z0-9._-]{1,128}";

    private final NodeRegistry nodes;
    private final Executions executions;
    private final NodeDrains drains;

    NodeController(NodeRegistry nodes, Executions executions, NodeDrains drains) {
        this.nodes = nodes;
        this.executions = executions;
        this.drains = drains;
    }

    /** How many sessions lost their workspace. */
    record Evicted(int sessions) {}

    /** Lists the nodes with what they can run and whether they are present. */
    @GetMapping("/v1/nodes")
    @Requires(Permission.NODE_READ)
    Page<NodeRegistry.Node> all() {
        return Page.whole(nodes.all());
    }

    /**
     * Gives up the workspaces of the sessions of a node, and says how many these are.
     *
     * @param pool the pool of the node
     * @param name the name of the node
     */
    @PostMapping("/v1/nodes/{pool}/{name}:evict")
    @Requires(Permission.NODE_MANAGE)
    Evicted evict(
            Caller caller,
            @PathVariable @Pattern(regexp = NAME) String pool,
            @PathVariable @Pattern(regexp = NAME) String name) {
        return new Evicted(executions.evict(pool, name, caller.actor()));
    }

    /**
     * Lets a node have no more calls. What it runs goes on to its end; the calls of its sessions wait.
     *
     * @param pool the pool of the node
     * @param name the name of the node
     */
    @PostMapping("/v1/nodes/{pool}/{name}:drain")
    @Requires(Permission.NODE_MANAGE)
    NodeRegistry.Node drain(
            Caller caller,
            @PathVariable @Pattern(regexp = NAME) String pool,
            @PathVariable @Pattern(regexp = NAME) String name) {
        return drains.drain(pool, name, caller.actor()).orElseThrow(() -> unknown(pool, name));
    }

    /**
     * Lets a node have calls again.
     *
     * @param pool the pool of the node
     * @param name the name of the node
     */
    @PostMapping("/v1/nodes/{pool}/{name}:undrain")
    @Requires(Permission.NODE_MANAGE)
    NodeRegistry.Node undrain(
            Caller caller,
            @PathVariable @Pattern(regexp = NAME) String pool,
            @PathVariable @Pattern(regexp = NAME) String name) {
        return drains.undrain(pool, name, caller.actor()).orElseThrow(() -> unknown(pool, name));
    }

    private static ProblemException unknown(String pool, String name) {
        return ProblemException.notFound(
                "There is no node " + pool + "/" + name + ". GET /v1/nodes lists those that have asked for work.");
    }
}
