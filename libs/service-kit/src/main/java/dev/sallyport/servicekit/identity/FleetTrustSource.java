package dev.sallyport.servicekit.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.springframework.web.client.HttpClientErrorException;

/** Asks vault-service. */
final class FleetTrustSource implements TrustSource {
    private final FleetClients fleet;

    FleetTrustSource(FleetClients fleet) {
        this.fleet = fleet;
    }

    record Answer(@JsonProperty("steps") List<String> steps) {}

    @Override
    public List<byte[]> after(int step) {
        try {
            Answer answer = Objects.requireNonNull(
                    fleet.client("vault-service")
                            .get()
                            .uri("/internal/v1/trust-steps?after={step}", step)
                            .retrieve()
                            .body(Answer.class),
                    "vault-service answered nothing");
            return answer.steps().stream().map(Base64.getDecoder()::decode).toList();
        } catch (HttpClientErrorException.NotFound _) {
            // A vault-service of the version before: while it is replaced, nobody makes steps.
            return List.of();
        }
    }
}
