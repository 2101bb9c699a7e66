package dev.sallyport.policy.catalogue.web;

import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.catalogue.own.OwnTool;
import dev.sallyport.policy.catalogue.own.OwnTools;
import dev.sallyport.policy.catalogue.own.ToolRefusedException;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.Problem;
import dev.sallyport.statements.Digest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The tools that a workspace registers for itself. */
@RestController
class OwnToolController {
    private final OwnTools tools;
    private final ToolCallConfigs configs;

    OwnToolController(OwnTools tools, ToolCallConfigs configs) {
        this.tools = tools;
        this.configs = configs;
    }

    /** A version, and what is still missing before an agent can call it. */
    record Registered(OwnToolView tool, boolean allowlisted, String message) {}

    /**
     * What the second person has read.
     *
     * @param digest of the document, 64 hex digits, as the version's own view shows it
     */
    record Confirmation(
            @NotNull @Pattern(regexp = "[0-9a-f]{64}", message = "must be 64 lower-case hex digits")
            String digest) {}

    /**
     * Registers a version of a tool of the workspace.
     *
     * <p>The same content again is answered 200. A version that would run without a person waits for a second person
     * where there is one: then the answer is 202.
     */
    @PostMapping(path = "/v1/tools", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Requires(Permission.TOOL_MANAGE)
    ResponseEntity<Registered> register(Caller caller, @RequestBody byte[] body) {
        Principal principal = caller.principalOrRefuse();
        OwnTools.Registration registration = tools.register(principal, body);
        OwnTool tool = registration.tool();
        HttpStatus status = tool.state() == OwnTool.State.PENDING
                ? HttpStatus.ACCEPTED
                : registration.before() ? HttpStatus.OK : HttpStatus.CREATED;
        return ResponseEntity.status(status).location(URI.create(path(tool))).body(registered(principal, tool));
    }

    /**
     * Confirms a version that waits, as a second person.
     *
     * @param name the tool
     * @param version the version
     */
    @PostMapping("/v1/tools/{name}/versions/{version}:confirm")
    @Requires(Permission.TOOL_MANAGE)
    Registered confirm(
            Caller caller,
            @PathVariable String name,
            @PathVariable String version,
            @Valid @RequestBody Confirmation confirmation) {
        Principal principal = caller.principalOrRefuse();
        return registered(principal, tools.confirm(principal, name, version, new Digest(confirmation.digest())));
    }

    /**
     * Retires a version and those before it, or takes back one that waits.
     *
     * @param name the tool
     * @param version the version
     */
    @DeleteMapping("/v1/tools/{name}/versions/{version}")
    @Requires(Permission.TOOL_MANAGE)
    OwnToolView retire(Caller caller, @PathVariable String name, @PathVariable String version) {
        return OwnToolView.of(tools.retire(caller.principalOrRefuse(), name, version));
    }

    /**
     * Lists the versions of a tool of the workspace in whatever state, the newest first.
     *
     * @param name the tool
     */
    @GetMapping("/v1/tools/{name}/versions")
    @Requires(Permission.TOOL_READ)
    Page<OwnToolView> versions(Caller caller, @PathVariable String name, PageRequest page) {
        return tools.versions(caller.principalOrRefuse().workspaceId(), name, page)
                .map(OwnToolView::of);
    }

    /**
     * Shows one version of a tool of the workspace.
     *
     * @param name the tool
     * @param version the version
     */
    @GetMapping("/v1/tools/{name}/versions/{version}")
    @Requires(Permission.TOOL_READ)
    OwnToolView version(Caller caller, @PathVariable String name, @PathVariable String version) {
        return OwnToolView.of(tools.get(caller.principalOrRefuse().workspaceId(), name, version));
    }

    private Registered registered(Principal principal, OwnTool tool) {
        String name = tool.metadata().name();
        ToolCallConfig config = configs.current(principal.workspaceId());
        boolean allowlisted = config.opensTool(name);
        return new Registered(OwnToolView.of(tool), allowlisted, message(tool, allowlisted));
    }

    private static String message(OwnTool tool, boolean allowlisted) {
        String name = tool.metadata().name();
        String version = tool.metadata().version();
        String allow = allowlisted
                ? ""
                : " The workspace does not open the tool yet: `sallyport tools allow " + name + "` adds it to"
                        + " `allowlisted_tools`.";
        return switch (tool.state()) {
            case PENDING ->
                "The tool would run without a human, so a second person with tool.manage confirms it within 24 hours:"
                        + " `sallyport tools confirm " + name + " " + version
                        + "` shows it, and takes the digest of what was"
                        + " read." + allow;
            case ACTIVE ->
                (tool.metadata().sensitive()
                                ? "A person is asked before each call of the tool."
                                : "Calls of the tool run without a human, and confined.")
                        + allow;
            case RETIRED -> "The version is retired: no call starts with it.";
            case EXPIRED -> "The version was not confirmed in time. Register it again.";
        };
    }

    @ExceptionHandler
    ResponseEntity<Problem> onRefusal(ToolRefusedException e) {
        HttpStatus status = status(e);
        @Nullable String field = e.field();
        String detail = String.valueOf(e.getMessage());
        List<Problem.FieldError> errors = field == null ? List.of() : List.of(new Problem.FieldError(field, detail));
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problem.of(status, e.code().name(), detail, errors));
    }

    /** The status of a refusal, on a page as over the API. */
    static HttpStatus status(ToolRefusedException e) {
        return switch (e.code()) {
            case INVALID_TOOL -> HttpStatus.BAD_REQUEST;
            case TOOL_NAME_TAKEN,
                    TOOL_VERSION_TAKEN,
                    TOO_MANY_TOOLS,
                    PROGRAM_NOT_OFFERED,
                    TOOL_NOT_PENDING,
                    TOOL_CHANGED_MEANWHILE -> HttpStatus.CONFLICT;
            case TOOL_NOT_FOUND -> HttpStatus.NOT_FOUND;
            case TOOL_NEEDS_SECOND_PERSON -> HttpStatus.FORBIDDEN;
        };
    }

    private static String path(OwnTool tool) {
        return "/v1/tools/" + tool.metadata().name() + "/versions/"
                + tool.metadata().version();
    }
}
