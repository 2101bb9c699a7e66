package dev.sallyport.servicekit.outbox;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.statements.Digest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.springframework.web.client.RestClient;

/** Asks a service which statements it has applied. */
@FunctionalInterface
public interface AppliedSource {
    /** Those of at most 1000 statements that the service has applied. */
    List<Digest> applied(String service, List<Digest> digests);

    /** Over the internal connectors. */
    static AppliedSource of(FleetClients fleet) {
        return of(fleet::client);
    }

    /** The same with clients of the asker's own, by the service's name. */
    static AppliedSource of(Function<String, RestClient> clients) {
        return (service, digests) -> {
            Answer answer = clients.apply(service)
                    .post()
                    .uri("/internal/v1/applied")
                    .body(Map.of("digests", digests.stream().map(Digest::hex).toList()))
                    .retrieve()
                    .body(Answer.class);
            return Objects.requireNonNull(answer, service + " answered nothing").applied().stream()
                    .map(Digest::new)
                    .toList();
        };
    }

    /**
     * The answer.
     *
     * @param applied digests, hexadecimal
     */
    record Answer(@JsonProperty("applied") List<String> applied) {}
}
