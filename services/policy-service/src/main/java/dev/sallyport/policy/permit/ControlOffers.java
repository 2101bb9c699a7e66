package dev.sallyport.policy.permit;

import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.RestClientException;

/** {@code GET /internal/v1/offers} at executor control. */
final class ControlOffers implements NodeOffers {
    private static final Logger log = LoggerFactory.getLogger(ControlOffers.class);

    private final FleetClients fleet;

    ControlOffers(FleetClients fleet) {
        this.fleet = fleet;
    }

    private record OfferList(List<Offer> offers) {}

    /** What a control that does not know of secrets or hosts leaves out, its nodes do not have. */
    private record Offer(
            String pool,
            List<Tier> tiers,
            List<String> executables,
            @Nullable List<String> secrets,
            @Nullable List<String> egress,
            @Nullable List<String> interpreters) {}

    @Override
    public Optional<Map<String, Set<Tier>>> now() {
        return ask().map(offers ->
                offers.stream().collect(Collectors.toMap(Offer::pool, offer -> Set.copyOf(offer.tiers()))));
    }

    @Override
    public Optional<Set<String>> executables(String pool) {
        return ask().flatMap(offers -> offers.stream()
                        .filter(offer -> offer.pool().equals(pool))
                        .findFirst())
                .map(offer -> Set.copyOf(offer.executables()))
                // Nodes that have not proven a sandbox yet name no program; that says nothing of those that they have.
                .filter(programs -> !programs.isEmpty());
    }

    @Override
    public Set<String> deliveries(String pool, RuntimeKind kind) {
        String before = kind.wire() + "/";
        return said(pool, Offer::secrets)
                .filter(way -> way.startsWith(before))
                .map(way -> way.substring(before.length()))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean reachHosts(String pool, RuntimeKind kind) {
        return said(pool, Offer::egress).anyMatch(kind.wire()::equals);
    }

    @Override
    public Set<String> interpreters(String pool) {
        return said(pool, Offer::interpreters).collect(Collectors.toUnmodifiableSet());
    }

    private Stream<String> said(String pool, Function<Offer, @Nullable List<String>> what) {
        return ask().stream()
                .flatMap(List::stream)
                .filter(offer -> offer.pool().equals(pool))
                .map(what)
                .filter(Objects::nonNull)
                .flatMap(List::stream);
    }

    private Optional<List<Offer>> ask() {
        try {
            @Nullable
            OfferList answer = fleet.client("executor-service")
                    .get()
                    .uri("/internal/v1/offers")
                    .retrieve()
                    .body(OfferList.class);
            return Optional.ofNullable(answer).map(OfferList::offers);
        } catch (RestClientException | IllegalStateException e) {
            log.warn("Control did not answer what nodes there are: {}", e.getMessage());
            return Optional.empty();
        }
    }
}
