package dev.sallyport.policy.catalogue.web;

import dev.sallyport.arguments.EnvironmentNames;
import dev.sallyport.policy.catalogue.ConfigChange;
import dev.sallyport.policy.catalogue.ConfigRefusedException;
import dev.sallyport.policy.catalogue.SandboxProcessRunnerPolicy;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.catalogue.ToolNames;
import dev.sallyport.policy.catalogue.WasmPluginRunnerPolicy;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.Problem;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.vocabulary.Tier;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** The workspace's tool configuration. */
@RestController
class ConfigController {
    private static final String LOGICAL_NAME = "[a-z0-9][a-z0-9._+-]{0,63}";
    private static final String NOT_LOGICAL = "must be a logical name: lower case, without a path";
    private static final String PROCESS_TIER = "[BC]";
    private static final String NO_PROCESS_TIER = "must be B or C";

    private final ToolCallConfigs configs;

    ConfigController(ToolCallConfigs configs) {
        this.configs = configs;
    }

    record ProcessRunner(
            @NotNull @Size(max = 500)
            List<@NotNull @Pattern(regexp = LOGICAL_NAME, message = NOT_LOGICAL) String> allowedExecutables,

            @NotNull @Size(max = 500)
            List<@NotNull @Pattern(regexp = LOGICAL_NAME, message = NOT_LOGICAL) String> unattendedExecutables,

            @Nullable @Size(max = 100)
            List<@NotNull @Pattern(regexp = LOGICAL_NAME, message = NOT_LOGICAL) String> interpreters,

            @Nullable @Size(max = 100) List<@NotNull @Size(max = 64) String> environment,
            @Nullable Boolean cwd,

            @Nullable @Pattern(regexp = PROCESS_TIER, message = NO_PROCESS_TIER)
            String tier,

            @Nullable @Valid Quotas limits,
            @Nullable @Size(max = 100) List<@NotNull @Valid OfTool> tools) {}

    /** What a call of a program may use up. */
    record Quotas(
            @NotNull @Min(100) @Max(3_600_000) Long cpuMs,
            @NotNull @Min(16L << 20) @Max(16L << 30) Long memoryBytes,
            @NotNull @Min(1) @Max(1 << 20) Long outputBytes,
            @NotNull @Min(1) @Max(1024) Integer processes,
            @NotNull @Min(16) @Max(4096) Integer openFiles,
            @NotNull @Min(512) @Max(16L << 30) Long fileBytes,
            @NotNull @Min(1) @Max(16L << 30) Long workspaceBytes) {
        SandboxProcessRunnerPolicy.Quotas asked() {
            return new SandboxProcessRunnerPolicy.Quotas(
                    cpuMs, memoryBytes, outputBytes, processes, openFiles, fileBytes, workspaceBytes);
        }
    }

    /** What is stricter for one tool. */
    record OfTool(
            @NotNull @Size(max = 128) String tool,

            @NotNull @Pattern(regexp = PROCESS_TIER, message = NO_PROCESS_TIER)
            String tier,

            @NotNull @Valid Quotas limits) {}

    record ConfigUpdate(
            @Nullable Integer version,
            @NotNull Boolean allowSensitiveTools,
            @NotNull @Size(max = 500) List<@NotNull @Size(max = 128) String> allowlistedTools,
            @NotNull @Size(max = 500) List<@NotNull @Size(max = 128) String> allowlistedSkills,
            @NotNull @Size(max = 500) List<@NotNull @Size(max = 100) String> allowedPrincipals,
            @NotNull @Size(max = 100) List<@NotNull @Size(max = 64) String> allowedChannels,
            @NotNull @Min(0) @Max(1_000_000) Integer maxCallsPerRun,
            @Nullable @Min(0) @Max(1_000_000) Integer maxCallsPerHour,
            @NotNull @Min(100) @Max(3_600_000) Long executionTimeoutMs,
            @NotNull @Valid ProcessRunner processRunner,
            @Nullable @Size(max = 50) List<@NotNull @Size(max = 64) String> features,
            @Nullable @Valid WasmRunner wasmRunner) {}

    /** Limits of skills; those who do not know them yet leave them as they are. */
    record WasmRunner(
            @NotNull @Size(max = 16) List<@NotNull @Pattern(regexp = "[a-z_]{1,32}") String> capabilities,
            @NotNull @Min(0) @Max(1_000_000_000_000L) Long maxFuel,
            @NotNull @Min(65_536) @Max(67_108_864) Long maxMemoryBytes,
            @NotNull @Min(0) @Max(1_048_576) Long maxOutputBytes,
            @NotNull @Min(0) @Max(100_000) Integer maxHostCalls) {}

    record ChangeView(
            String changeId,
            String state,
            List<String> opens,
            ToolCallConfig before,
            ToolCallConfig after,
            String proposedBy,
            Instant proposedAt,
            Instant expiresAt,
            @Nullable String decidedBy) {
        static ChangeView of(ConfigChange change) {
            return new ChangeView(
                    change.changeId(),
                    change.state().name().toLowerCase(Locale.ROOT),
                    change.opens(),
                    change.before(),
                    change.after(),
                    change.proposers().getFirst(),
                    change.proposedAt(),
                    change.expiresAt(),
                    change.decidedBy());
        }
    }

    /** Shows the configuration of the workspace: which tools, principals, channels and programs it opens. */
    @GetMapping("/v1/config")
    @Requires(Permission.CONFIG_READ)
    ResponseEntity<ToolCallConfig> get(Caller caller) {
        return answer(configs.current(caller.principalOrRefuse().workspaceId()));
    }

    /**
     * Changes the configuration of the workspace.
     *
     * <p>A change that opens something takes two people where there are two: then it is answered 202 with a change that
     * waits for the second.
     *
     * @param ifMatch the version that the change was made from, in quotation marks; or send it as {@code version} in
     *     the body
     */
    @PutMapping("/v1/config")
    @Requires(Permission.CONFIG_MANAGE)
    ResponseEntity<?> put(
            Caller caller,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody ConfigUpdate update) {
        Principal principal = caller.principalOrRefuse();
        ToolCallConfig next = asked(principal, update);
        return switch (configs.update(principal, based(ifMatch, update.version()), next)) {
            case ToolCallConfigs.Update.InForce(ToolCallConfig config) -> answer(config);
            case ToolCallConfigs.Update.Pending(ConfigChange change) ->
                ResponseEntity.accepted().body(ChangeView.of(change));
        };
    }

    /** The configuration that is asked for; its number is not known yet. */
    ToolCallConfig asked(Principal principal, ConfigUpdate update) {
        for (String tool : update.allowlistedTools()) {
            if (!tool.equals("*") && !ToolNames.isCanonical(tool)) {
                throw new ProblemException(
                        HttpStatus.BAD_REQUEST,
                        "INVALID_REQUEST",
                        "The name of a tool is in lower case, with dots between its parts.",
                        "allowlisted_tools",
                        "`" + tool + "` is no name of a tool.");
            }
        }
        ToolCallConfig current = configs.current(principal.workspaceId());
        return new ToolCallConfig(
                0,
                update.allowSensitiveTools(),
                update.allowlistedTools(),
                update.allowlistedSkills(),
                update.allowedPrincipals(),
                update.allowedChannels(),
                update.maxCallsPerRun(),
                // Who does not know these yet leaves them as they are.
                Objects.requireNonNullElse(update.maxCallsPerHour(), current.maxCallsPerHour()),
                update.executionTimeoutMs(),
                processRunner(current.processRunner(), update.processRunner()),
                wasmRunner(current, update),
                Objects.requireNonNullElse(update.features(), current.features()));
    }

    /** Who knows only the names of programs leaves the rest as it is. */
    private static SandboxProcessRunnerPolicy processRunner(SandboxProcessRunnerPolicy current, ProcessRunner asked) {
        List<String> environment = Objects.requireNonNullElse(asked.environment(), current.environment());
        for (String name : environment) {
            if (!EnvironmentNames.maySet(name)) {
                throw ProblemException.badRequest(
                        "INVALID_REQUEST",
                        "A call may set `TZ`, `LANG`, `LANGUAGE`, `LC_…`, `TERM`, `COLUMNS`, `LINES`, `NO_COLOR`, and names"
                                + " of your own that begin with `APP_`: `" + name + "` is none of them.");
            }
        }
        return new SandboxProcessRunnerPolicy(
                asked.allowedExecutables(),
                asked.unattendedExecutables(),
                Objects.requireNonNullElse(asked.interpreters(), current.interpreters()),
                environment,
                Objects.requireNonNullElse(asked.cwd(), current.cwd()),
                asked.tier() == null ? current.tier() : Tier.valueOf(asked.tier()),
                asked.limits() == null ? current.limits() : asked.limits().asked(),
                asked.tools() == null
                        ? current.tools()
                        : asked.tools().stream()
                                .map(each -> new SandboxProcessRunnerPolicy.OfTool(
                                        each.tool(),
                                        Tier.valueOf(each.tier()),
                                        each.limits().asked()))
                                .toList());
    }

    /** Who does not know skills yet leaves them as they are. */
    private WasmPluginRunnerPolicy wasmRunner(ToolCallConfig current, ConfigUpdate update) {
        WasmRunner asked = update.wasmRunner();
        return asked == null
                ? current.wasmRunner()
                : new WasmPluginRunnerPolicy(
                        asked.capabilities(),
                        asked.maxFuel(),
                        asked.maxMemoryBytes(),
                        asked.maxOutputBytes(),
                        asked.maxHostCalls());
    }

    /** Lists changes of the configuration that wait or waited for a second person, the newest first. */
    @GetMapping("/v1/config/changes")
    @Requires(Permission.CONFIG_READ)
    Page<ChangeView> changes(Caller caller, PageRequest page) {
        return configs.changes(caller.principalOrRefuse().workspaceId(), page).map(ChangeView::of);
    }

    /**
     * Shows one change of the configuration.
     *
     * @param id the change's id
     */
    @GetMapping("/v1/config/changes/{id}")
    @Requires(Permission.CONFIG_READ)
    ChangeView change(Caller caller, @PathVariable String id) {
        return ChangeView.of(configs.change(caller.principalOrRefuse().workspaceId(), id));
    }

    /**
     * Confirms a change of the configuration, as a second person.
     *
     * @param id the change's id
     */
    @PostMapping("/v1/config/changes/{id}:confirm")
    @Requires(Permission.CONFIG_MANAGE)
    ResponseEntity<ToolCallConfig> confirm(Caller caller, @PathVariable String id) {
        return answer(configs.confirm(caller.principalOrRefuse(), id));
    }

    /**
     * Withdraws a change of the configuration that waits.
     *
     * @param id the change's id
     */
    @DeleteMapping("/v1/config/changes/{id}")
    @Requires(Permission.CONFIG_MANAGE)
    ChangeView withdraw(Caller caller, @PathVariable String id) {
        return ChangeView.of(configs.withdraw(caller.principalOrRefuse(), id));
    }

    @ExceptionHandler
    ResponseEntity<Problem> onRefusal(ConfigRefusedException e) {
        return refused(e);
    }

    static ResponseEntity<Problem> refused(ConfigRefusedException e) {
        HttpStatus status = status(e);
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problem.of(status, e.code().name(), String.valueOf(e.getMessage())));
    }

    /** The status of a refusal, on a page as over the API. */
    static HttpStatus status(ConfigRefusedException e) {
        return switch (e.code()) {
            case CONFIG_CHANGED_MEANWHILE -> HttpStatus.PRECONDITION_FAILED;
            case CONFIG_TOO_LARGE, UNKNOWN_FEATURE, FEATURE_NEEDED -> HttpStatus.BAD_REQUEST;
            case CHANGE_NOT_FOUND -> HttpStatus.NOT_FOUND;
            case CHANGE_NOT_PENDING -> HttpStatus.CONFLICT;
            case SECOND_PERSON_NEEDED -> HttpStatus.FORBIDDEN;
        };
    }

    /** The version that a change was made from. */
    static int based(@Nullable String ifMatch, @Nullable Integer version) {
        if (ifMatch != null && ifMatch.matches("\"[0-9]{1,9}\"")) {
            return Integer.parseInt(ifMatch.substring(1, ifMatch.length() - 1));
        }
        if (ifMatch == null && version != null) {
            return version;
        }
        throw new ProblemException(
                HttpStatus.PRECONDITION_REQUIRED,
                "VERSION_NEEDED",
                "Say which version the change was made from: in `If-Match`, or as `version` in the body.",
                "If-Match",
                "must be the version that was read, in quotation marks");
    }

    private static ResponseEntity<ToolCallConfig> answer(ToolCallConfig config) {
        return ResponseEntity.ok().eTag("\"" + config.version() + "\"").body(config);
    }
}
