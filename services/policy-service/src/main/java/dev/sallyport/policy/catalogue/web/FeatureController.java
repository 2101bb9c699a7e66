package dev.sallyport.policy.catalogue.web;

import dev.sallyport.policy.catalogue.ConfigChange;
import dev.sallyport.policy.catalogue.ConfigRefusedException;
import dev.sallyport.policy.catalogue.Feature;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.catalogue.web.ConfigController.ChangeView;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * The features of the workspace. They are a field of its configuration: a version, a statement with before and after, and
 * a second person for what opens something, as for every other field.
 */
@RestController
class FeatureController {
    private final ToolCallConfigs configs;

    FeatureController(ToolCallConfigs configs) {
        this.configs = configs;
    }

    record FeatureView(String name, boolean enabled, List<String> needs, String description) {
        static FeatureView of(Feature feature, ToolCallConfig config) {
            return new FeatureView(
                    feature.wire(),
                    config.has(feature),
                    feature.needs().stream().map(Feature::wire).sorted().toList(),
                    feature.purpose());
        }
    }

    record FeatureList(int version, List<FeatureView> features) {
        static FeatureList of(ToolCallConfig config) {
            return new FeatureList(
                    config.version(),
                    Stream.of(Feature.values())
                            .map(feature -> FeatureView.of(feature, config))
                            .toList());
        }
    }

    record FeatureUpdate(
            @Nullable Integer version,
            @NotNull @Size(max = 50) List<@NotNull @Size(max = 64) String> enabled) {}

    /** Lists the features that a workspace may switch on, and which are on. */
    @GetMapping("/v1/features")
    @Requires(Permission.CONFIG_READ)
    ResponseEntity<FeatureList> list(Caller caller) {
        return answer(configs.current(caller.principalOrRefuse().workspaceId()));
    }

    /**
     * Switches features on and off: afterwards exactly those of {@code enabled} are on.
     *
     * <p>It is a change of the configuration. Switching on takes two people where there are two: then it is answered
     * 202 with a change that waits for the second, who confirms it as a change of the configuration.
     *
     * @param ifMatch the version of the configuration that the change was made from, in quotation marks; or send it as
     *     {@code version} in the body
     */
    @PutMapping("/v1/features")
    @Requires(Permission.CONFIG_MANAGE)
    ResponseEntity<?> put(
            Caller caller,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody FeatureUpdate update) {
        Principal principal = caller.principalOrRefuse();
        ToolCallConfig current = configs.current(principal.workspaceId());
        return switch (configs.update(
                principal, ConfigController.based(ifMatch, update.version()), current.withFeatures(update.enabled()))) {
            case ToolCallConfigs.Update.InForce(ToolCallConfig config) -> answer(config);
            case ToolCallConfigs.Update.Pending(ConfigChange change) ->
                ResponseEntity.accepted().body(ChangeView.of(change));
        };
    }

    @ExceptionHandler
    ResponseEntity<Problem> onRefusal(ConfigRefusedException e) {
        return ConfigController.refused(e);
    }

    private static ResponseEntity<FeatureList> answer(ToolCallConfig config) {
        return ResponseEntity.ok().eTag("\"" + config.version() + "\"").body(FeatureList.of(config));
    }
}
