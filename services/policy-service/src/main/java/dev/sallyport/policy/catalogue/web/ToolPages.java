package dev.sallyport.policy.catalogue.web;

import dev.sallyport.arguments.profile.ExecutableProfiles;
import dev.sallyport.arguments.profile.ProfileOutline;
import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.PageTime;
import dev.sallyport.pages.ProblemPage;
import dev.sallyport.pages.SeeOther;
import dev.sallyport.pages.text.SourceText;
import dev.sallyport.pages.text.VisibleText;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.catalogue.ToolCapability;
import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.catalogue.own.OwnTool;
import dev.sallyport.policy.catalogue.own.OwnTools;
import dev.sallyport.policy.catalogue.own.ToolRefusedException;
import dev.sallyport.policy.catalogue.web.OwnToolController.Confirmation;
import dev.sallyport.policy.catalogue.web.ToolController.Programs;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tools of the workspace as pages, with what each may do unattended. The acts are the API's own. */
@PageController
class ToolPages {
    private static final String HOME = "/policy/tools";

    private final ToolCatalogue catalogue;
    private final OwnTools tools;
    private final OwnToolController api;
    private final ToolCallConfigs configs;
    private final JsonMapper json;

    ToolPages(
            ToolCatalogue catalogue, OwnTools tools, OwnToolController api, ToolCallConfigs configs, JsonMapper json) {
        this.catalogue = catalogue;
        this.tools = tools;
        this.api = api;
        this.configs = configs;
        this.json = json;
    }

    /** A tool in the list. */
    record Row(
            String name, String version, VisibleText description, boolean builtIn, String capabilities, String runs) {}

    /** A version of an own tool in a list. */
    record VersionRow(String name, String version, String state, String by, String at) {
        static VersionRow of(OwnTool tool) {
            OwnToolView view = OwnToolView.of(tool);
            return new VersionRow(
                    view.name(),
                    view.version(),
                    view.state(),
                    view.registeredBy(),
                    PageTime.inWords(view.registeredAt()));
        }
    }

    @GetMapping(HOME)
    @Requires(Permission.TOOL_READ)
    ModelAndView list(Caller caller, PageRequest page) {
        Map<String, @Nullable Object> model = PageModel.of("tools", caller);
        Principal viewer = PageModel.viewer(caller);
        ToolCallConfig config = configs.current(viewer.workspaceId());
        Page<ToolMetadata> found = catalogue.list(viewer.workspaceId(), page);
        model.put("tools", found.map(tool -> row(tool, config)).items());
        model.put("next", address(HOME, found.next()));
        model.put(
                "waiting",
                tools.waiting(viewer.workspaceId()).stream().map(VersionRow::of).toList());
        model.put("mayManage", viewer.may(Permission.TOOL_MANAGE));
        return new ModelAndView("tools", model);
    }

    private static @Nullable String address(String path, @Nullable String next) {
        return next == null ? null : PageModel.address(path, Map.of("after", next));
    }

    private static Row row(ToolMetadata tool, ToolCallConfig config) {
        return new Row(
                tool.name(),
                tool.version(),
                VisibleText.of(tool.description()),
                tool.builtIn(),
                capabilities(tool),
                runs(tool, config));
    }

    private static String capabilities(ToolMetadata tool) {
        List<String> names = tool.reach().capabilities().stream()
                .map(ToolCapability::wire)
                .sorted()
                .toList();
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    /** What stands between a call of the tool and its start, in words. */
    private static String runs(ToolMetadata tool, ToolCallConfig config) {
        if (!tool.callable() || !config.opens(tool)) {
            return "denied: not on the allowlist";
        }
        if (!tool.sensitive()) {
            return "runs without a person";
        }
        if (config.allowSensitiveTools()) {
            return "runs without a person: the workspace allows sensitive tools";
        }
        return ToolController.programs(tool, config) == null
                ? "waits for a person"
                : "waits for a person, but for programs that only read";
    }

    @GetMapping(HOME + "/{name}")
    @Requires(Permission.TOOL_READ)
    ModelAndView tool(Caller caller, @PathVariable String name, PageRequest page) {
        Map<String, @Nullable Object> model = PageModel.of("tools", caller);
        Principal viewer = PageModel.viewer(caller);
        String workspace = viewer.workspaceId();
        Page<OwnTool> versions = tools.versions(workspace, name, page);
        Optional<ToolMetadata> found = catalogue.find(workspace, name);
        if (found.isEmpty() && versions.items().isEmpty()) {
            throw ProblemException.notFound("There is no tool of this name. The list of tools has all of them.");
        }
        model.put("name", name);
        model.put(
                "tool",
                found.map(tool -> facts(tool, configs.current(workspace))).orElse(null));
        model.put("versions", versions.map(VersionRow::of).items());
        model.put("older", address(HOME + "/" + name, versions.next()));
        return new ModelAndView("tool", model);
    }

    /**
     * What a page says about a version.
     *
     * @param template the line that starts its program; null for a built-in tool
     * @param programs what the workspace opens to a tool that runs any program; null for any other
     * @param profile of its program; null without one
     */
    record Facts(
            String version,
            VisibleText description,
            String digest,
            String capabilities,
            String runs,
            boolean builtIn,
            String runtime,
            String tier,
            String pool,
            String egress,
            String secrets,
            @Nullable SourceText template,
            @Nullable Programs programs,
            @Nullable ProfileOutline profile,
            SourceText input) {}

    private Facts facts(ToolMetadata tool, ToolCallConfig config) {
        var program = tool.program();
        ToolMetadata.Reach reach = tool.within(config.wasmRunner()).reach();
        String hosts = String.join(", ", reach.egressHosts().stream().sorted().toList());
        return new Facts(
                tool.version(),
                VisibleText.whole(tool.description()),
                tool.digest().hex(),
                capabilities(tool),
                runs(tool, config),
                tool.builtIn(),
                tool.placement().runtime().wire(),
                tool.placement().tier().name(),
                tool.placement().pool(),
                tool.reach().egressMode().wire() + (hosts.isEmpty() ? "" : " (" + hosts + ")"),
                String.join(", ", reach.secrets().stream().sorted().toList()),
                program == null ? null : template(tool),
                ToolController.programs(tool, config),
                program == null
                        ? null
                        : ExecutableProfiles.shipped()
                                .outline(program.executable())
                                .orElse(null),
                source(tool.input().schema()));
    }

    /** The part of the document that says what is started. */
    private SourceText template(ToolMetadata tool) {
        var start = tool.document().deepCopy();
        start.retain("executable", "argv", "stdin", "environment", "cwd");
        return source(start);
    }

    private SourceText source(JsonNode node) {
        return SourceText.of(json.writerWithDefaultPrettyPrinter().writeValueAsString(node));
    }

    @GetMapping(HOME + "/{name}/versions/{version}")
    @Requires(Permission.TOOL_READ)
    ModelAndView version(Caller caller, @PathVariable String name, @PathVariable String version) {
        return version(caller, name, version, HttpStatus.OK, null);
    }

    private ModelAndView version(
            Caller caller, String name, String version, HttpStatus status, @Nullable String problem) {
        Map<String, @Nullable Object> model = PageModel.of("tools", caller);
        Principal viewer = PageModel.viewer(caller);
        OwnTool tool = tools.get(viewer.workspaceId(), name, version);
        boolean waits = tool.state() == OwnTool.State.PENDING;
        boolean manages = viewer.may(Permission.TOOL_MANAGE);
        boolean own = tool.proposers().contains(viewer.name());
        SourceText document = source(tool.metadata().document());
        model.put("version", OwnToolView.of(tool));
        model.put("registeredAt", PageTime.inWords(tool.registeredAt()));
        model.put("expiresAt", PageTime.inWords(tool.expiresAt()));
        model.put("document", document);
        model.put("own", own);
        model.put("waits", waits);
        model.put("mayConfirm", waits && manages && !own);
        model.put("mayRetire", manages && (waits || tool.state() == OwnTool.State.ACTIVE));
        model.put("problem", problem);
        return new ModelAndView("tool-version", model, status);
    }

    @PostMapping(HOME + "/{name}/versions/{version}/confirm")
    @Requires(Permission.TOOL_MANAGE)
    ModelAndView confirm(
            Caller caller,
            @PathVariable String name,
            @PathVariable String version,
            @RequestParam(defaultValue = "") String digest) {
        PageModel.viewer(caller);
        if (!digest.matches("[0-9a-f]{64}")) {
            throw ProblemException.badRequest("INVALID_REQUEST", "This form is not complete. Load the page again.");
        }
        try {
            api.confirm(caller, name, version, new Confirmation(digest));
        } catch (ToolRefusedException e) {
            return version(caller, name, version, OwnToolController.status(e), e.getMessage());
        }
        return SeeOther.to(HOME + "/" + name);
    }

    @PostMapping(HOME + "/{name}/versions/{version}/retire")
    @Requires(Permission.TOOL_MANAGE)
    ModelAndView retire(Caller caller, @PathVariable String name, @PathVariable String version) {
        PageModel.viewer(caller);
        OwnToolView retired = api.retire(caller, name, version);
        // A version that waited is forgotten.
        return SeeOther.to(retired.state().equals("expired") ? HOME : HOME + "/" + name + "/versions/" + version);
    }

    @GetMapping("/policy/new-tool")
    @Requires(Permission.TOOL_MANAGE)
    ModelAndView form(Caller caller) {
        return form(caller, "", HttpStatus.OK, null);
    }

    private static ModelAndView form(Caller caller, String document, HttpStatus status, @Nullable String problem) {
        Map<String, @Nullable Object> model = PageModel.of("tools", caller);
        model.put("document", document);
        model.put("problem", problem);
        return new ModelAndView("tool-new", model, status);
    }

    @PostMapping(HOME)
    @Requires(Permission.TOOL_MANAGE)
    ModelAndView register(Caller caller, @RequestParam(defaultValue = "") String document) {
        Principal viewer = PageModel.viewer(caller);
        OwnToolView tool;
        try {
            tool = OwnToolView.of(tools.register(viewer, document.getBytes(StandardCharsets.UTF_8))
                    .tool());
        } catch (ToolRefusedException e) {
            return form(caller, document, OwnToolController.status(e), e.getMessage());
        }
        return SeeOther.to(HOME + "/" + tool.name() + "/versions/" + tool.version());
    }

    @ExceptionHandler
    ModelAndView onRefusal(ToolRefusedException e) {
        return ProblemPage.of(OwnToolController.status(e), e.getMessage());
    }
}
