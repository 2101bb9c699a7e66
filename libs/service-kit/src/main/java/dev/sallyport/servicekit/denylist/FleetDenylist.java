package dev.sallyport.servicekit.denylist;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.denylist.RevocationList;
import dev.sallyport.identity.denylist.SignedRevocationList;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.servicekit.identity.IdentityInForce;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
    /** Clocks of the fleet differ by at most this much. */
    private static final Duration SKEW = Duration.ofSeconds(5);

    private final FleetClients fleet;
    private final IdentityInForce identity;
    private final Clock clock;
    private final @Nullable Path file;
    private volatile @Nullable RevocationList list;

    FleetDenylist(FleetClients fleet, IdentityInForce identity, Clock clock, @Nullable Path stateDir) {
        this.fleet = fleet;
        this.identity = identity;
        this.clock = clock;
        this.file = stateDir == null ? null : stateDir.resolve("denylist.json");
        if (file != null && Files.exists(file)) {
            try {
                accept(Files.readAllBytes(file));
            } catch (IOException | IdentityException e) {
                log.warn("the denylist kept in {} is not used: {}", file, e.getMessage());
            }
        }
    }

    @Override
    public Optional<RevocationList> inForce() {
        return Optional.ofNullable(list);
    }

    @Override
    public boolean isFresh() {
        RevocationList now = list;
        return now != null && now.issuedAt().isAfter(clock.instant().minus(FRESH));
    }

    /**
     * One round of the poller.
     *
     * @throws IdentityException when what was answered is no denylist of this fleet; the known one stays
     */
    void fetch() throws IOException {
        byte[] signed = Objects.requireNonNull(
                fleet.client("vault-service")
                        .get()
                        .uri("/internal/v1/denylist")
                        .retrieve()
                        .body(byte[].class),
                "vault-service answered nothing");
        if (accept(signed) && file != null) {
            Path next = file.resolveSibling("denylist.json.new");
            Files.write(next, signed);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Whether it is newer than what is known; an older one could bring a revoked certificate back. */
    private synchronized boolean accept(byte[] signed) {
        RevocationList next = SignedRevocationList.verify(signed, identity.trust(), clock.instant());
        if (next.issuedAt().isAfter(clock.instant().plus(SKEW))) {
            throw new IdentityException.Malformed("the denylist is of the future");
        }
        RevocationList known = list;
        if (known != null && next.version() < known.version()) {
            throw new IdentityException.Malformed(
                    "the denylist has version " + next.version() + ", older than " + known.version());
        }
        if (known != null && !next.issuedAt().isAfter(known.issuedAt())) {
            return false;
        }
        list = next;
        return true;
    }
}
