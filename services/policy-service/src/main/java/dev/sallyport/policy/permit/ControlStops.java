package dev.sallyport.policy.permit;

import dev.sallyport.servicekit.identity.FleetClients;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.RestClientException;

/** {@code POST /internal/v1/executions/{id}:stop} at executor control. */
final class ControlStops implements ExecutionStops {
    private static final Logger log = LoggerFactory.getLogger(ControlStops.class);

    private final FleetClients fleet;

    ControlStops(FleetClients fleet) {
        this.fleet = fleet;
    }

    private record Stopped(@Nullable String result) {}

    @Override
    public Answer stop(String proposalId, String reason) {
        try {
            Stopped answer = fleet.client("executor-service")
                    .post()
                    .uri("/internal/v1/executions/{id}:stop", proposalId)
                    .body(Map.of("reason", reason))
                    .retrieve()
                    .body(Stopped.class);
            String result = answer == null ? null : answer.result();
            return switch (result) {
                case "stopped" -> Answer.STOPPED;
                case "already_started" -> Answer.ALREADY_STARTED;
                case null, default -> Answer.UNKNOWN;
            };
        } catch (RestClientException | IllegalStateException e) {
            log.warn("Control did not answer whether {} was stopped: {}", proposalId, e.getMessage());
            return Answer.UNKNOWN;
        }
    }
}
