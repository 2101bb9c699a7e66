package dev.sallyport.servicekit.denylist;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.denylist.NewestRevocationList;
import dev.sallyport.identity.denylist.RevocationList;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.servicekit.identity.IdentityInForce;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** vault-service's list, fetched again and again, and kept on disk for the next start. */
final class FleetDenylist implements Denylist {
    private static final Logger log = LoggerFactory.getLogger(FleetDenylist.class);
    private static final Duration FRESH = Duration.ofMinutes(10);

    private final FleetClients fleet;
    private final Clock clock;
    private final NewestRevocationList newest;

    FleetDenylist(FleetClients fleet, IdentityInForce identity, Clock clock, @Nullable Path stateDir) {
        this.fleet = fleet;
        this.clock = clock;
        Path file = stateDir == null ? null : stateDir.resolve("denylist.json");
        this.newest = new NewestRevocationList(identity::trust, clock, file);
        try {
            newest.recall();
        } catch (IOException | IdentityException e) {
            log.warn("the denylist kept in {} is not used: {}", file, e.getMessage());
        }
    }

    @Override
    public Optional<RevocationList> inForce() {
        return newest.inForce();
    }

    @Override
    public boolean isFresh() {
        Instant issuedAt = newest.issuedAt();
        return issuedAt != null && issuedAt.isAfter(clock.instant().minus(FRESH));
    }

    /** Where vault-service does not answer, the list that was kept counts for as long as it is fresh. */
    void fetchBeforeTheFirstAnswer() {
        try {
            fetch();
        } catch (IOException | RuntimeException e) {
            log.info("no denylist of vault-service at the start: {}", e.toString());
        }
    }

    /**
     * One round of the poller.
     *
     * @throws IdentityException when what was answered is no denylist of this fleet; the known one stays
     */
    void fetch() throws IOException {
        newest.take(Objects.requireNonNull(
                fleet.client("vault-service")
                        .get()
                        .uri("/internal/v1/denylist")
                        .retrieve()
                        .body(byte[].class),
                "vault-service answered nothing"));
    }
}
