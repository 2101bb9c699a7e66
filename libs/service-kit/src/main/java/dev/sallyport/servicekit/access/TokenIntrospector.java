package dev.sallyport.servicekit.access;

import dev.sallyport.statements.trust.SpiffeId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns tokens and certificates into principals. policy-service implements it on its own tables; everywhere else it is a
 * call to policy-service, remembered for at most 3 s. Empty means unknown, expired or revoked.
 *
 * <p>Every method throws {@link IntrospectionUnavailableException} when nobody can answer now.
 */
public interface TokenIntrospector {
    /** The principal of an API token ({@code sp_agt_…}, {@code sp_usr_…}, {@code sp_svc_…}). */
    Optional<Principal> byToken(String token);

    /**
     * The same, used on a connection that shows this certificate. A token that is bound to another one is found all the
     * same; it does not count, and its use is none.
     *
     * @param shown the certificate; null for a connection without one
     */
    default Optional<Principal> byToken(String token, @Nullable SpiffeId shown) {
        return byToken(token);
    }

    /** The principal that a device's or agent's certificate is bound to. */
    Optional<Principal> byCertificate(SpiffeId id);

    /** A principal by name, as it stands now. */
    Optional<Principal> byName(String principal, String workspaceId);
}
