package dev.sallyport.servicekit.access;

import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.statements.trust.SpiffeId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.client.RestClientException;

/** Asks policy-service and approval-service, and remembers each answer for a short while. */
final class FleetIntrospector implements TokenIntrospector {
    private static final String PATH = "/internal/v1/introspect";

    private final FleetClients fleet;
    private final IntrospectionMemory memory;
    private final Counter remembered;
    private final Counter asked;
    private final Counter unavailable;

    FleetIntrospector(FleetClients fleet, LongSupplier nanoTime, MeterRegistry metrics) {
        this.fleet = fleet;
        this.memory = new IntrospectionMemory(nanoTime);
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

    @Override
    public Optional<Principal> byToken(String token) {
        return byToken(token, null);
    }

    /** Remembered apart for each certificate: a stolen token's use must not stand for its holder's. */
    @Override
    public Optional<Principal> byToken(String token, @Nullable SpiffeId shown) {
        return shown == null
                ? ask("policy-service", PATH, key("token", token), Map.of("token", token))
                : ask(
                        "policy-service",
                        PATH,
                        key("token beside " + shown, token),
                        Map.of("token", token, "shown_spiffe_id", shown.toString()));
    }

    @Override
    public Optional<Principal> byCertificate(SpiffeId id) {
        return ask("policy-service", PATH, key("spiffe", id.toString()), Map.of("spiffe_id", id.toString()));
    }

    @Override
    public Optional<Principal> byName(String principal, String workspaceId) {
        return ask(
                "policy-service",
                PATH,
                key("name", workspaceId + " " + principal),
                Map.of("principal", principal, "workspace_id", workspaceId));
    }

    /** As {@link SessionIntrospector#bySession}; a bean of both types would be a second candidate for either. */
    Optional<Principal> bySession(String token) {
        return ask(
                "approval-service", "/internal/v1/sessions:introspect", key("session", token), Map.of("token", token));
    }

    private Optional<Principal> ask(String service, String path, String key, Map<String, String> question) {
        IntrospectionMemory.Answer answer = memory.answer(key, () -> askNow(service, path, question));
        if (answer.remembered()) {
            remembered.increment();
        }
        return answer.principal();
    }

    private Optional<Principal> askNow(String service, String path, Map<String, String> question) {
        try {
            Introspection answer = fleet.client(service)
                    .post()
                    .uri(path)
                    .body(question)
                    .retrieve()
                    .body(Introspection.class);
            asked.increment();
            return answer == null ? Optional.empty() : answer.toPrincipal();
        } catch (RestClientException | IllegalStateException e) {
            unavailable.increment();
            throw new IntrospectionUnavailableException(e);
        }
    }

    /** The cache holds no credential. */
    private static String key(String sort, String value) {
        return sort + ":" + ApiTokens.hash(value);
    }
}
