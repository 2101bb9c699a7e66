package dev.sallyport.policy.catalogue.web;

import dev.sallyport.policy.catalogue.SkillOrigin;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.catalogue.ToolCapability;
import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** The tools of the catalogue by name, each with whether the workspace opens it to the caller. */
@RestController
class ToolController {
    /** More than a workspace may have. */
    private static final int ALL = 2_000;

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
            boolean builtIn,
            @Nullable SkillOfTool skill,
            @Nullable Programs programs,
            ObjectNode inputSchema,
            @Nullable ObjectNode outputSchema) {}

    /**
     * The skill that a tool is of.
     *
     * @param id its id
     * @param version its version
     * @param publisher whose it is
     * @param packageDigest digest of its package
     * @param state {@code enabled}, {@code quarantined} or {@code revoked}; only an enabled one can be called
     * @param granted what the operator grants of what it asks for
     */
    record SkillOfTool(
            String id, String version, String publisher, String packageDigest, String state, List<String> granted) {}

    /**
     * The programs that the workspace opens to a tool that runs programs; all others are denied.
     *
     * @param unattended run at once, without a person
     * @param afterApproval run once a person has approved the call
     */
    record Programs(List<String> unattended, List<String> afterApproval) {
        static Programs of(ToolCallConfig config) {
            List<String> all = config.processRunner().allowedExecutables();
            return new Programs(
                    all.stream().filter(program -> atOnce(config, program)).toList(),
                    all.stream().filter(program -> !atOnce(config, program)).toList());
        }

        private static boolean atOnce(ToolCallConfig config, String program) {
            return config.allowSensitiveTools() || config.confines(program);
        }

        /** The same in words, for a model that is given the description alone. */
        String described() {
            return " Programs that run at once: " + names(unattended) + ". Programs that wait for a person's approval: "
                    + names(afterApproval) + ". All others are denied.";
        }

        private static String names(List<String> programs) {
            return programs.isEmpty() ? "none" : String.join(", ", programs);
        }
    }

    /**
     * Lists the tools by name.
     *
     * <p>With a {@code format} it lists only those that the caller can call, each item in that shape.
     *
     * @param format {@code openai} for OpenAI's function tools, {@code mcp} for the items of MCP's {@code tools/list};
     *     left out, Sallyport's own shape
     */
    @GetMapping("/v1/tools")
    @Requires(Permission.TOOL_READ)
    Page<?> list(Caller caller, @RequestParam(required = false) @Nullable String format, PageRequest page) {
        Principal principal = caller.principalOrRefuse();
        ToolCallConfig config = configs.current(principal.workspaceId());
        if (format != null) {
            ToolFormat form = ToolFormat.of(format);
            return usable(principal, config, page).map(tool -> form.of(tool, description(tool, config)));
        }
        return catalogue.list(principal.workspaceId(), page).map(tool -> view(tool, config, principal));
    }

    /** Those that the caller can call, so that a model is given no others. */
    private Page<ToolMetadata> usable(Principal principal, ToolCallConfig config, PageRequest page) {
        String after = page.after();
        List<ToolMetadata> found = catalogue.first(principal.workspaceId(), ALL).stream()
                .filter(tool -> allowed(tool, config, principal))
                .filter(tool -> after == null || tool.name().compareTo(after) > 0)
                .limit(page.oneMore())
                .toList();
        return Page.of(found, page, ToolMetadata::name);
    }

    private static boolean allowed(ToolMetadata tool, ToolCallConfig config, Principal principal) {
        return tool.callable() && config.opens(tool) && config.allowsPrincipal(principal.name());
    }

    /**
     * Shows one tool: what it does, the schema of its arguments, and whether the workspace opens it to the caller.
     *
     * @param name the tool
     */
    @GetMapping("/v1/tools/{name}")
    @Requires(Permission.TOOL_READ)
    ToolView get(Caller caller, @PathVariable String name) {
        Principal principal = caller.principalOrRefuse();
        return catalogue
                .find(principal.workspaceId(), name)
                .map(tool -> view(tool, configs.current(principal.workspaceId()), principal))
                .orElseThrow(() -> ProblemException.notFound("There is no tool called `" + name + "`."));
    }

    /** Of a tool that runs whatever program it is given; null for any other. */
    static @Nullable Programs programs(ToolMetadata tool, ToolCallConfig config) {
        boolean anyProgram = tool.builtIn() && tool.input().exposed().executable() != null;
        return anyProgram ? Programs.of(config) : null;
    }

    private static String description(ToolMetadata tool, ToolCallConfig config) {
        Programs programs = programs(tool, config);
        return programs == null ? tool.description() : tool.description() + programs.described();
    }

    private static ToolView view(ToolMetadata tool, ToolCallConfig config, Principal principal) {
        Programs programs = programs(tool, config);
        SkillOrigin skill = tool.skill();
        return new ToolView(
                tool.name(),
                tool.version(),
                tool.digest().hex(),
                description(tool, config),
                tool.reach().capabilities().stream()
                        .map(ToolCapability::wire)
                        .sorted()
                        .toList(),
                tool.sensitive(),
                allowed(tool, config, principal),
                tool.builtIn(),
                skill == null
                        ? null
                        : new SkillOfTool(
                                skill.id(),
                                skill.release(),
                                skill.publisher(),
                                skill.packageDigest().hex(),
                                skill.state().wire(),
                                skill.capabilities().stream().sorted().toList()),
                programs,
                tool.input().schema(),
                tool.outputSchema());
    }
}
