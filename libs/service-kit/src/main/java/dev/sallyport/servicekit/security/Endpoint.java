package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.connector.ConnectorKind;
import dev.sallyport.statements.trust.SpiffeId;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerExecutionChain;

/**
 * What a request asks for: the handler that was found, and whom it admits.
 *
 * @param handler the handler with its interceptors
 * @param rule whom it admits
 * @param doors the connectors that it is on
 * @param ownerDevices ids of the devices that count as the owner's
 */
record Endpoint(HandlerExecutionChain handler, AccessRule rule, Set<ConnectorKind> doors, Set<String> ownerDevices) {
    private static final String ATTRIBUTE = Endpoint.class.getName();

    /** Notes it for the filters after {@link EndpointFilter}. */
    void keepIn(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** The request's endpoint; {@link NullPointerException} before {@link EndpointFilter} has found it. */
    static Endpoint of(HttpServletRequest request) {
        return Objects.requireNonNull(find(request), "no endpoint was found for this request");
    }

    /** The request's endpoint; null when there is none. */
    static @Nullable Endpoint find(HttpServletRequest request) {
        return (Endpoint) request.getAttribute(ATTRIBUTE);
    }

    /** Whether the holder of this certificate needs no token. */
    boolean admits(SpiffeId certificate) {
        return rule.admits(certificate, ownerDevices);
    }

    /** Whether it is a page for people: on the public connector alone. */
    boolean isPage() {
        return !doors.contains(ConnectorKind.INTERNAL);
    }
}
