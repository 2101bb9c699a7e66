package dev.sallyport.servicekit.access;

import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.statements.trust.SpiffeId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.springframework.web.client.RestClientException;

/** Asks policy-service and approval-service, and remembers each answer for a short while. */
final class FleetIntrospector implements TokenIntrospector {
    private static final Duration REMEMBERED = Duration.ofSeconds(3);
    private static final int MOST_REMEMBERED = 10_000;

    private final FleetClients fleet;
    private final LongSupplier nanoTime;
    private final Counter remembered;
    private final Counter asked;
    private final Counter unavailable;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    FleetIntrospector(FleetClients fleet, LongSupplier nanoTime, MeterRegistry metrics) {
        this.fleet = fleet;
        this.nanoTime = nanoTime;
        this.remembered = counter(metrics, "remembered");
        this.asked = counter(metrics, "asked");
        this.unavailable = counter(metrics, "unavailable");
    }

    private static Counter counter(MeterRegistry metrics, String result) {
        return Counter.builder("sallyport.introspections")
                .tag("result", result)
                .description("questions who a token, session or certificate stands for, by where the answer came from")
                .register(metrics);
    }

    private record Answer(Optional<Principal> principal, long until) {}

    @Override
    public Optional<Principal> byToken(String token) {
        return ask("policy-service", "/internal/v1/introspect", key("token", token), Map.of("token", token));
    }

    @Override
    public Optional<Principal> byCertificate(SpiffeId id) {
        return ask(
                "policy-service",
                "/internal/v1/introspect",
                key("spiffe", id.toString()),
                Map.of("spiffe_id", id.toString()));
    }

    @Override
    public Optional<Principal> byName(String principal, String workspaceId) {
        return ask(
                "policy-service",
                "/internal/v1/introspect",
                key("name", workspaceId + " " + principal),
                Map.of("principal", principal, "workspace_id", workspaceId));
    }

    /** As {@link SessionIntrospector#bySession}; a bean of both types would be a second candidate for either. */
    Optional<Principal> bySession(String token) {
        return ask(
                "approval-service", "/internal/v1/sessions:introspect", key("session", token), Map.of("token", token));
    }

    private Optional<Principal> ask(String service, String path, String key, Map<String, String> question) {
        long now = nanoTime.getAsLong();
        Answer known = answers.get(key);
        if (known != null && now - known.until() < 0) {
            remembered.increment();
            return known.principal();
        }
        Optional<Principal> principal;
        try {
            Introspection answer = fleet.client(service)
                    .post()
                    .uri(path)
                    .body(question)
                    .retrieve()
                    .body(Introspection.class);
            principal = answer == null ? Optional.empty() : answer.toPrincipal();
        } catch (RestClientException | IllegalStateException e) {
            unavailable.increment();
            throw new IntrospectionUnavailableException(e);
        }
        asked.increment();
        if (answers.size() >= MOST_REMEMBERED) {
            answers.clear();
        }
        // Counted from before the question, so that no answer is older than promised.
        answers.put(key, new Answer(principal, now + REMEMBERED.toNanos()));
        return principal;
    }

    /** The cache holds no credential. */
    private static String key(String sort, String value) {
        return sort + ":" + ApiTokens.hash(value);
    }
}
