package dev.sallyport.policy.catalogue.web;

import dev.sallyport.policy.catalogue.ConfigChange;
import dev.sallyport.policy.catalogue.ConfigRefusedException;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.catalogue.history.ConfigHistory;
import dev.sallyport.policy.catalogue.web.ConfigController.ChangeView;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.Problem;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The versions of the workspace's configuration: listed, compared, and put in force again. */
@RestController
class ConfigHistoryController {
    private final ConfigHistory history;
    private final ToolCallConfigs configs;
    private final JsonMapper json;

    ConfigHistoryController(ConfigHistory history, ToolCallConfigs configs, JsonMapper json) {
        this.history = history;
        this.configs = configs;
        this.json = json;
    }

    record VersionView(int version, boolean active, String actor, Instant createdAt) {
        static VersionView of(ConfigHistory.Version version, int current) {
            int number = version.config().version();
            return new VersionView(number, number == current, version.by(), version.at());
        }
    }

    /** A field that differs: the values that the later version has and the earlier has not, and the other way round. */
    record FieldChange(String field, List<String> added, List<String> removed) {
        static List<FieldChange> between(JsonNode before, JsonNode after) {
            Map<String, JsonNode> then = ConfigLine.fields(before);
            return ConfigLine.fields(after).entrySet().stream()
                    .map(field -> of(field.getKey(), then.get(field.getKey()), field.getValue()))
                    .filter(change ->
                            !change.added().isEmpty() || !change.removed().isEmpty())
                    .toList();
        }

        private static FieldChange of(String field, @Nullable JsonNode before, JsonNode after) {
            List<String> old = before == null ? List.of() : ConfigLine.texts(before);
            List<String> now = ConfigLine.texts(after);
            return new FieldChange(
                    field,
                    now.stream().filter(value -> !old.contains(value)).toList(),
                    old.stream().filter(value -> !now.contains(value)).toList());
        }
    }

    record Difference(int before, int after, List<String> opens, List<FieldChange> fields) {}

    record Rollback(@NotNull @Min(1) Integer to, @Nullable Integer version) {}

    /** Lists the versions of the configuration, the newest first. */
    @GetMapping("/v1/config/versions")
    @Requires(Permission.CONFIG_READ)
    Page<VersionView> list(Caller caller, PageRequest page) {
        String workspace = caller.principalOrRefuse().workspaceId();
        int current = configs.current(workspace).version();
        return history.versions(workspace, page).map(version -> VersionView.of(version, current));
    }

    /**
     * Shows a version of the configuration as it was.
     *
     * @param version its number
     */
    @GetMapping("/v1/config/versions/{version}")
    @Requires(Permission.CONFIG_READ)
    ToolCallConfig get(Caller caller, @PathVariable int version) {
        return find(caller.principalOrRefuse(), version);
    }

    /**
     * Compares a version of the configuration with another.
     *
     * @param version the later one
     * @param against the number of the earlier one; left out, the one before it
     */
    @GetMapping("/v1/config/versions/{version}/diff")
    @Requires(Permission.CONFIG_READ)
    Difference diff(
            Caller caller, @PathVariable int version, @RequestParam(required = false) @Nullable Integer against) {
        Principal reader = caller.principalOrRefuse();
        ToolCallConfig after = find(reader, version);
        ToolCallConfig before = find(reader, against == null ? Math.max(1, version - 1) : against);
        return new Difference(
                before.version(),
                after.version(),
                after.opensBeyond(before),
                FieldChange.between(json.valueToTree(before), json.valueToTree(after)));
    }

    /**
     * Puts the content of an earlier version in force, as a new version.
     *
     * <p>It is a change of the configuration as every other: what it opens takes two people where there are two, and is
     * then answered 202 with a change that waits for the second.
     *
     * @param ifMatch the version that is in force, in quotation marks; or send it as {@code version} in the body
     */
    @PostMapping("/v1/config:rollback")
    @Requires(Permission.CONFIG_MANAGE)
    ResponseEntity<?> rollBack(
            Caller caller,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody Rollback rollback) {
        Principal principal = caller.principalOrRefuse();
        ToolCallConfig target = find(principal, rollback.to());
        return switch (configs.update(principal, ConfigController.based(ifMatch, rollback.version()), target)) {
            case ToolCallConfigs.Update.InForce(ToolCallConfig config) ->
                ResponseEntity.ok().eTag("\"" + config.version() + "\"").body(config);
            case ToolCallConfigs.Update.Pending(ConfigChange change) ->
                ResponseEntity.accepted().body(ChangeView.of(change));
        };
    }

    @ExceptionHandler
    ResponseEntity<Problem> onRefusal(ConfigRefusedException e) {
        return ConfigController.refused(e);
    }

    private ToolCallConfig find(Principal reader, int version) {
        return history.find(reader.workspaceId(), version)
                .map(ConfigHistory.Version::config)
                .orElseThrow(() -> ProblemException.notFound("The configuration has no such version."));
    }
}
