package dev.sallyport.servicekit.access;

import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.trust.SpiffeId;
import org.jspecify.annotations.Nullable;

/** Who made this request. A controller method takes it (or one of its kinds) as a parameter. */
public sealed interface Caller {
    /**
     * A service, an executor node or an infrastructure part, by its certificate.
     *
     * @param id the certificate's SPIFFE id
     */
    record Workload(SpiffeId id) implements Caller {}

    /**
     * A device or an agent with a certificate of its own.
     *
     * @param id the certificate's SPIFFE id
     * @param principal whom introspection bound it to; null where the endpoint accepts the certificate alone
     */
    record CertificateOf(SpiffeId id, @Nullable Principal principal) implements Caller {}

    /**
     * The holder of a token or of a sign-in session.
     *
     * @param principal whom introspection found
     * @param session whether it is a sign-in session of a page
     */
    record Bearer(Principal principal, boolean session) implements Caller {}

    /** Nobody: the endpoint is open and no credential was looked at. */
    record Nobody() implements Caller {}

    /** The principal who acts; null for a caller who is known by its certificate alone, and for nobody. */
    default @Nullable Principal principal() {
        return null;
    }

    /** The SPIFFE id of the certificate that counts; null when a token or a session does, or nothing. */
    default @Nullable SpiffeId certificate() {
        return switch (this) {
            case Workload(SpiffeId id) -> id;
            case CertificateOf(SpiffeId id, Principal _) -> id;
            case Bearer _, Nobody _ -> null;
        };
    }

    /** The principal; a 401 problem when there is none. */
    default Principal principalOrRefuse() {
        Principal principal = principal();
        if (principal == null) {
            throw ProblemException.unauthenticated(
                    "Send a token, sign in, or use a device that is bound to a principal.");
        }
        return principal;
    }

    /** How the caller is named in audit statements and logs: the principal, else the SPIFFE id, else {@code nobody}. */
    default String actor() {
        Principal principal = principal();
        SpiffeId certificate = certificate();
        return principal != null ? principal.name() : certificate != null ? certificate.toString() : "nobody";
    }
}
