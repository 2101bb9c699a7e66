package dev.sallyport.executor.control.web;

import dev.sallyport.executor.control.NodeRegistry;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The nodes, for operators. */
@RestController
class NodeController {
    private final NodeRegistry nodes;

    NodeController(NodeRegistry nodes) {
        this.nodes = nodes;
    }

    @GetMapping("/v1/nodes")
    @Requires(Permission.NODE_READ)
    Page<NodeRegistry.Node> all() {
        return Page.whole(nodes.all());
    }
}
