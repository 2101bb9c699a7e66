package dev.sallyport.executor.node;

import dev.sallyport.executor.claim.AttackReport;
import dev.sallyport.executor.claim.ClaimRequest;
import dev.sallyport.executor.claim.Claims;
import dev.sallyport.executor.claim.FinishRequest;
import dev.sallyport.executor.claim.LeaseRequest;
import dev.sallyport.executor.claim.Renewal;
import dev.sallyport.executor.claim.Renewed;
import dev.sallyport.executor.claim.StopReason;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/** Executor control as a node sees it. */
final class ControlClient {
    private static final Logger log = LoggerFactory.getLogger(ControlClient.class);
    private static final String SERVICE = "executor-service";
    private static final Duration RENEWAL = Duration.ofSeconds(4);
    private static final Set<Integer> ABOUT_THE_RESULT = Set.of(400, 413, 422);
    private static final Duration RESULT = Duration.ofSeconds(10);

    private final RestClient claims;
    private final RestClient renewals;
    private final RestClient results;

    /**
     * @param dates is told of every answer, with its {@code Date}
     */
    ControlClient(FleetClients fleet, Duration longestWait, NodeStanding dates) {
        this.claims = dated(fleet.client(SERVICE, longestWait.plusSeconds(10)), dates);
        this.renewals = dated(fleet.client(SERVICE, RENEWAL), dates);
        this.results = dated(fleet.client(SERVICE, RESULT), dates);
    }

    private static RestClient dated(RestClient client, NodeStanding dates) {
        return client.mutate()
                .requestInterceptor((request, body, execution) -> {
                    ClientHttpResponse response = execution.execute(request, body);
                    dates.answered(date(response.getHeaders()));
                    return response;
                })
                .build();
    }

    private static @Nullable Instant date(HttpHeaders headers) {
        try {
            long millis = headers.getDate();
            return millis < 0 ? null : Instant.ofEpochMilli(millis);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** What control says to a result. */
    enum Receipt {
        /** It is the call's result. */
        TAKEN,
        /** It came after the lease was lost, and is evidence without effect. */
        LATE,
        /** It will never be taken as it is. */
        REFUSED
    }

    /** Asks for calls; none after the wait. */
    Claims claim(ClaimRequest request) {
        return Objects.requireNonNull(
                claims.post()
                        .uri("/internal/v1/claims:take")
                        .body(request)
                        .retrieve()
                        .body(Claims.class),
                "control answered nothing");
    }

    /** Reports a trial of this node's sandboxes. */
    void attacked(String id, AttackReport report) {
        results.post()
                .uri("/internal/v1/attacks/{id}:finish", id)
                .body(report)
                .retrieve()
                .toBodilessEntity();
    }

    /**
     * The archive of a skill's package.
     *
     * @throws IOException when control has none, or does not answer
     */
    byte[] skillPackage(Digest digest) throws IOException {
        return skillBytes("/internal/v1/skill-packages/{digest}", digest.hex());
    }

    /**
     * The signature with which a workspace has installed a skill's package.
     *
     * @throws IOException when the workspace has no such package, or control does not answer
     */
    byte[] skillSignature(Digest digest, String workspaceId) throws IOException {
        return skillBytes(
                "/internal/v1/skill-packages/{digest}/signature?workspace={workspace}", digest.hex(), workspaceId);
    }

    private byte[] skillBytes(String path, String... values) throws IOException {
        try {
            return Objects.requireNonNull(
                    results.get().uri(path, (Object[]) values).retrieve().body(byte[].class),
                    "control answered nothing");
        } catch (RestClientException e) {
            throw new IOException("control did not hand over what belongs to the package " + values[0], e);
        }
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

    /**
     * Hands over a result. Only what control says of the result itself is a receipt; who may not speak to it, or comes
     * at a bad time, tries again.
     */
    Receipt finish(ResultSpool.Unconfirmed result) {
        ResultSpool.Key key = result.key();
        try {
            results.post()
                    .uri("/internal/v1/claims/{id}:finish", key.proposalId())
                    .body(new FinishRequest(key.fence(), Base64.getEncoder().encodeToString(result.record())))
                    .retrieve()
                    .toBodilessEntity();
            return Receipt.TAKEN;
        } catch (HttpClientErrorException.Conflict _) {
            return Receipt.LATE;
        } catch (HttpClientErrorException e) {
            if (!ABOUT_THE_RESULT.contains(e.getStatusCode().value())) {
                throw e;
            }
            log.error("control refuses a result: {}", e.getMessage());
            return Receipt.REFUSED;
        }
    }
}
