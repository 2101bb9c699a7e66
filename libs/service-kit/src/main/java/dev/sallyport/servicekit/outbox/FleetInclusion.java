package dev.sallyport.servicekit.outbox;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.statements.Digest;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Asks attestation-service. */
final class FleetInclusion implements InclusionSource {
    private final FleetClients fleet;

    FleetInclusion(FleetClients fleet) {
        this.fleet = fleet;
    }

    record Answer(@JsonProperty("results") List<Result> results) {}

    record Result(
            @JsonProperty("digest") String digest,
            @JsonProperty("included") boolean included,
            @JsonProperty("ended") boolean ended) {}

    @Override
    public List<Inclusion> inclusion(List<Digest> digests) {
        Answer answer = fleet.client("attestation-service")
                .post()
                .uri("/internal/v1/inclusion")
                .body(Map.of("digests", digests.stream().map(Digest::hex).toList()))
                .retrieve()
                .body(Answer.class);
        return Objects.requireNonNull(answer, "attestation-service answered nothing").results().stream()
                .map(r -> new Inclusion(new Digest(r.digest()), r.included(), r.ended()))
                .toList();
    }
}
