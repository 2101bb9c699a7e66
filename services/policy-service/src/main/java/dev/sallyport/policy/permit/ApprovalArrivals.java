package dev.sallyport.policy.permit;

import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.servicekit.outbox.AppliedSource;
import dev.sallyport.statements.Digest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/** {@code POST /internal/v1/applied} at approval-service. */
final class ApprovalArrivals implements QuestionArrivals {
    private static final Logger log = LoggerFactory.getLogger(ApprovalArrivals.class);

    /** A caller waits for the answer. */
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private final Map<String, RestClient> clients = new ConcurrentHashMap<>();
    private final AppliedSource recipients;

    ApprovalArrivals(FleetClients fleet) {
        this.recipients =
                AppliedSource.of(service -> clients.computeIfAbsent(service, name -> fleet.client(name, LONGEST)));
    }

    @Override
    public Optional<List<Digest>> of(List<Digest> questions) {
        try {
            return Optional.of(recipients.applied("approval-service", questions));
        } catch (RestClientException | IllegalStateException e) {
            log.warn("approval-service did not answer which questions it has: {}", e.getMessage());
            return Optional.empty();
        }
    }
}
