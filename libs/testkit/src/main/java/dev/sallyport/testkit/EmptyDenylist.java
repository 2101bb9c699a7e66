package dev.sallyport.testkit;

import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.denylist.RevocationList;
import dev.sallyport.identity.denylist.SignedRevocationList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * A signed denylist for a service that is tested without vault-service. It must be signed by a real vault-service
 * identity of the fleet under test, and is fresh for 10 minutes.
 */
public final class EmptyDenylist {
    private EmptyDenylist() {}

    /** Leaves a list that revokes nothing where the service keeps the last one it fetched. Call it before the start. */
    public static void leaveIn(Path stateDir, Path vaultIdentityDir) {
        WorkloadIdentity vault = IdentityDirectory.load(vaultIdentityDir, Instant.now());
        RevocationList nothing = new RevocationList(
                vault.trust().fleetId(), 1, Instant.now().truncatedTo(ChronoUnit.MILLIS), Map.of(), Map.of());
        try {
            Files.createDirectories(stateDir);
            Files.write(
                    stateDir.resolve("denylist.json"),
                    SignedRevocationList.sign(nothing, vault.signing().orElseThrow()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
