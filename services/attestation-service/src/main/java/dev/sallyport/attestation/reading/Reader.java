package dev.sallyport.attestation.reading;

import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who reads from the ledger.
 *
 * @param workspaceId the workspace that the principal acts in; null for a machine of the fleet
 * @param name the principal, or the SPIFFE id of a machine
 */
public record Reader(@Nullable String workspaceId, String name) {
    /** Who makes a request. */
    public static Reader of(Caller caller) {
        Principal principal = caller.principal();
        return new Reader(principal == null ? null : principal.workspaceId(), caller.actor());
    }

    /** A principal in its workspace. */
    public static Reader of(Principal principal) {
        return new Reader(principal.workspaceId(), principal.name());
    }
}
