package dev.sallyport.servicekit.access;

import dev.sallyport.servicekit.access.DenylistDocument.DenylistRefusedException;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.statements.trust.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
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
    private volatile @Nullable DenylistDocument list;

    FleetDenylist(FleetClients fleet, IdentityInForce identity, Clock clock, @Nullable Path stateDir) {
        this.fleet = fleet;
        this.identity = identity;
        this.clock = clock;
        this.file = stateDir == null ? null : stateDir.resolve("denylist.json");
        if (file != null && Files.exists(file)) {
            try {
                accept(Files.readAllBytes(file));
            } catch (IOException | DenylistRefusedException e) {
                log.warn("the denylist kept in {} is not used: {}", file, e.getMessage());
            }
        }
    }

    @Override
    public boolean isRevoked(X509Certificate leaf, SpiffeId id) {
        DenylistDocument now = list;
        return now != null
                && (now.serials().contains(leaf.getSerialNumber().toString(16))
                        || now.spiffeIds().contains(id.toString()));
    }

    @Override
    public boolean isFresh() {
        DenylistDocument now = list;
        return now != null && now.issuedAt().isAfter(clock.instant().minus(FRESH));
    }

    /** One round of the poller. */
    void fetch() throws IOException, DenylistRefusedException {
        byte[] encoded = Objects.requireNonNull(
                fleet.client("vault-service")
                        .get()
                        .uri("/internal/v1/denylist")
                        .retrieve()
                        .body(byte[].class),
                "vault-service answered nothing");
        if (accept(encoded) && file != null) {
            Path next = file.resolveSibling("denylist.json.new");
            Files.write(next, encoded);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Whether it is newer than what is known; an older one could bring a revoked certificate back. */
    private boolean accept(byte[] encoded) throws DenylistRefusedException {
        DenylistDocument next = DenylistDocument.verify(encoded, identity.trust(), clock.instant());
        if (next.issuedAt().isAfter(clock.instant().plus(SKEW))) {
            throw new DenylistRefusedException("the denylist is of the future");
        }
        DenylistDocument known = list;
        if (known != null && !next.issuedAt().isAfter(known.issuedAt())) {
            return false;
        }
        list = next;
        return true;
    }
}
