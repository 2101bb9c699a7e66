package dev.sallyport.policy.catalogue.web;

import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.ProblemException;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** The tools that the caller's workspace opens to the caller, in a stable order. */
@RestController
class ToolController {
    private final ToolCatalogue catalogue;
    private final ToolCallConfigs configs;

    ToolController(ToolCatalogue catalogue, ToolCallConfigs configs) {
        this.catalogue = catalogue;
        this.configs = configs;
    }

    record ToolView(
            String name,
            String version,
            String digest,
            String description,
            List<String> capabilities,
            boolean sensitive,
            boolean allowed,
            ObjectNode inputSchema) {}

    record ToolList(List<ToolView> tools) {}

    @GetMapping("/v1/tools")
    @Requires(Permission.TOOL_READ)
    ToolList list(Caller caller) {
        Principal principal = caller.principalOrRefuse();
        ToolCallConfig config = configs.current(principal.workspaceId());
        return new ToolList(catalogue.all().stream()
                .map(tool -> view(tool, config, principal))
                .toList());
    }

    @GetMapping("/v1/tools/{name}")
    @Requires(Permission.TOOL_READ)
    ToolView get(Caller caller, @PathVariable String name) {
        Principal principal = caller.principalOrRefuse();
        return catalogue
                .find(name)
                .map(tool -> view(tool, configs.current(principal.workspaceId()), principal))
                .orElseThrow(() -> ProblemException.notFound("there is no tool called " + name));
    }

    private static ToolView view(ToolMetadata tool, ToolCallConfig config, Principal principal) {
        return new ToolView(
                tool.name(),
                tool.version(),
                tool.digest().hex(),
                tool.description(),
                tool.capabilities().stream()
                        .map(capability -> capability.wire())
                        .sorted()
                        .toList(),
                tool.sensitive(),
                config.opensTool(tool.name()) && config.allowsPrincipal(principal.name()),
                tool.inputSchema());
    }
}
