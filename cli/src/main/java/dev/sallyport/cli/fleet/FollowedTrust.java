package dev.sallyport.cli.fleet;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.statements.step.TrustStep;
import dev.sallyport.statements.step.TrustStepRefusedException;
import dev.sallyport.statements.trust.TrustRoots;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The roots that the fleet trusts now, for whoever knows those of an earlier step. */
public final class FollowedTrust {
    private FollowedTrust() {}

    /**
     * Follows the steps that vault-service hands out; each must be signed by a root of the one before.
     *
     * @param path of the endpoint, without the parameter
     * @throws CommandFailure.Usage when something else is answered
     */
    public static TrustRoots of(FleetClient client, String path, TrustRoots known, Instant now) {
        List<byte[]> steps = new ArrayList<>();
        try {
            client.get(Service.VAULT, path + "?after=" + known.step())
                    .path("steps")
                    .forEach(step -> steps.add(Base64.getDecoder().decode(step.asString())));
            return TrustStep.follow(known, steps, now);
        } catch (TrustStepRefusedException | IllegalArgumentException e) {
            throw new CommandFailure.Usage(
                    "what was answered is no step of this fleet's trust, and nothing was changed: " + e.getMessage(),
                    e);
        }
    }
}
