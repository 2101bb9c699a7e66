package dev.sallyport.executor.node;

import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.claim.ClaimRequest;
import dev.sallyport.executor.claim.FinishRequest;
import dev.sallyport.executor.claim.LeaseRequest;
import dev.sallyport.executor.claim.Renewal;
import dev.sallyport.executor.claim.Renewed;
import dev.sallyport.executor.claim.StopReason;
import dev.sallyport.servicekit.identity.FleetClients;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

/** Executor control as a node sees it. */
final class ControlClient {
    private static final String SERVICE = "executor-service";
    private static final Duration RENEWAL = Duration.ofSeconds(4);

    private final RestClient claims;
    private final RestClient renewals;
    private final RestClient results;

    ControlClient(FleetClients fleet, Duration longestWait) {
        this.claims = fleet.client(SERVICE, longestWait.plusSeconds(10));
        this.renewals = fleet.client(SERVICE, RENEWAL);
        this.results = fleet.client(SERVICE);
    }

    Optional<Claim> claim(ClaimRequest request) {
        return Optional.ofNullable(claims.post()
                .uri("/internal/v1/claims")
                .body(request)
                .retrieve()
                .body(Claim.class));
    }

    Renewed renew(String proposalId, long fence) {
        try {
            Renewal renewal = Objects.requireNonNull(
                    renewals.post()
                            .uri("/internal/v1/claims/{id}:renew", proposalId)
                            .body(new LeaseRequest(fence))
                            .retrieve()
                            .body(Renewal.class),
                    "control answered nothing");
            Duration lease = Duration.ofMillis(renewal.leaseMs());
            StopReason stop = renewal.stop();
            return stop == null ? new Renewed.Held(lease) : new Renewed.Stop(lease, stop);
        } catch (HttpClientErrorException.Conflict _) {
            return new Renewed.Lost();
        }
    }

    /** Hands over a result; false if it came too late. */
    boolean finish(ResultSpool.Unconfirmed result) {
        try {
            results.post()
                    .uri("/internal/v1/claims/{id}:finish", result.proposalId())
                    .body(new FinishRequest(result.fence(), Base64.getEncoder().encodeToString(result.record())))
                    .retrieve()
                    .toBodilessEntity();
            return true;
        } catch (HttpClientErrorException.Conflict _) {
            return false;
        }
    }
}
