package dev.sallyport.identity.denylist;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.IdentityException.Malformed;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The newest list that has been shown here. It is kept on disk for the next start, and an older one never takes its
 * place: that could bring a revoked certificate back.
 */
public final class NewestRevocationList implements RevokedCertificates {
    /** Clocks of the fleet differ by at most this much. */
    private static final Duration SKEW = Duration.ofSeconds(5);

    private static final int LARGEST = 16 * 1024 * 1024;

    private final Supplier<TrustRoots> trust;
    private final Clock clock;
    private final @Nullable Path file;
    private volatile @Nullable RevocationList list;

    /**
     * With nothing known yet; see {@link #recall}.
     *
     * @param trust the roots that are pinned at the time of asking
     * @param file where the list is kept; null to keep it in memory only
     */
    public NewestRevocationList(Supplier<TrustRoots> trust, Clock clock, @Nullable Path file) {
        this.trust = trust;
        this.clock = clock;
        this.file = file;
    }

    /**
     * Takes the list that was kept; does nothing where none was.
     *
     * @throws IdentityException when what lies there is no denylist of this fleet
     */
    public void recall() throws IOException {
        if (file != null && Files.exists(file) && Files.size(file) <= LARGEST) {
            accept(Files.readAllBytes(file));
        }
    }

    /**
     * Takes a list that vault-service has answered, and keeps it.
     *
     * @throws IdentityException when it is no denylist of this fleet, or an older one; the known one stays
     */
    public void take(byte[] signed) throws IOException {
        if (accept(signed) && file != null) {
            Path next = file.resolveSibling(file.getFileName() + ".new");
            Files.write(next, signed);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private synchronized boolean accept(byte[] signed) {
        RevocationList next = SignedRevocationList.verify(signed, trust.get(), clock.instant(), this);
        if (next.issuedAt().isAfter(clock.instant().plus(SKEW))) {
            throw new Malformed("the denylist is of the future");
        }
        RevocationList known = list;
        if (known != null && next.version() < known.version()) {
            throw new Malformed("the denylist has version " + next.version() + ", older than " + known.version());
        }
        if (known != null && !next.issuedAt().isAfter(known.issuedAt())) {
            return false;
        }
        list = next;
        return true;
    }

    @Override
    public boolean isRevoked(X509Certificate leaf, SpiffeId id) {
        RevocationList now = list;
        return now != null && now.isRevoked(leaf, id);
    }

    /** The list in force; empty while none is known. */
    public Optional<RevocationList> inForce() {
        return Optional.ofNullable(list);
    }

    /** When the list in force was signed; null while none is known. */
    public @Nullable Instant issuedAt() {
        RevocationList now = list;
        return now == null ? null : now.issuedAt();
    }
}
