package dev.sallyport.cli.proposals;

import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** Waits for a call's end by asking again, since one request waits 30 s at most. */
final class Waiting {
    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(30);

    private Waiting() {}

    /** The part of the wait that one request takes. */
    static Duration oneRequest(Duration wait) {
        return wait.compareTo(LONGEST_REQUEST) < 0 ? wait : LONGEST_REQUEST;
    }

    /** The proposal at its end, or as it is when the wait is over. */
    static JsonNode until(FleetClient client, JsonNode proposal, Duration wait) {
        JsonNode latest = proposal;
        long deadline = System.nanoTime() + wait.toNanos();
        while (!ProposalView.hasEnded(latest)) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (left.toMillis() <= 0) {
                return latest;
            }
            Duration step = oneRequest(left.plusMillis(999));
            latest = client.get(
                    Service.POLICY,
                    "/v1/proposals/" + Json.text(proposal, "proposal_id") + "?wait=" + step.toSeconds(),
                    step);
        }
        return latest;
    }
}
