package dev.sallyport.policy.catalogue.web;

import dev.sallyport.policy.catalogue.Feature;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.problem.ProblemException;
import org.springframework.stereotype.Component;

/** Keeps surfaces shut that the caller's workspace has not switched on. Reads the configuration in force each time. */
@Component
public class FeatureGate {
    private final ToolCallConfigs configs;

    FeatureGate(ToolCallConfigs configs) {
        this.configs = configs;
    }

    /** Whether the caller's workspace has the feature on. */
    public boolean isOpen(Principal caller, Feature feature) {
        return configs.current(caller.workspaceId()).has(feature);
    }

    /**
     * Refuses a caller whose workspace has the feature off.
     *
     * @throws ProblemException 403 {@code FEATURE_OFF}, which names the command that switches it on
     */
    public void require(Principal caller, Feature feature) {
        if (!isOpen(caller, feature)) {
            throw ProblemException.forbidden(
                    "FEATURE_OFF",
                    "Your workspace has the feature `" + feature.wire()
                            + "` switched off. An admin switches it on with: sallyport features enable "
                            + feature.wire());
        }
    }
}
