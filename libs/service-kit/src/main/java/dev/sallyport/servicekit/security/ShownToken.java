package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.connector.ConnectorKind;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.trust.SpiffeId;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;
import org.springframework.web.util.WebUtils;

/**
 * Reads the token in the {@code Authorization} header or, on the public connector, the session in the pages' cookie.
 * Neither is looked at where an endpoint names no permission or the caller's certificate suffices.
 */
final class ShownToken implements BearerTokenResolver {
    private static final String SCHEME = "Bearer ";
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    /** Whether the request shows one. */
    static boolean isIn(HttpServletRequest request) {
        return request.getHeader(HttpHeaders.AUTHORIZATION) != null || session(request) != null;
    }

    /** Throws {@link ProblemException} for a header that is no single bearer token, or a session from elsewhere. */
    @Override
    public @Nullable String resolve(HttpServletRequest request) {
        Endpoint endpoint = Endpoint.of(request);
        SpiffeId certificate = CallerAuthentication.current().certificate();
        if (endpoint.rule().permissions().isEmpty() || (certificate != null && endpoint.admits(certificate))) {
            return null;
        }
        List<String> headers = Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION));
        if (headers.isEmpty()) {
            String session = session(request);
            if (session != null) {
                refuseForeignOrigin(request);
            }
            return session;
        }
        if (headers.size() > 1 || !headers.getFirst().regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw ProblemException.unauthenticated("Send one Authorization header: Bearer and the token.");
        }
        String token = headers.getFirst().substring(SCHEME.length()).strip();
        if (token.isEmpty()) {
            throw ProblemException.unauthenticated("The token is not valid.");
        }
        if (ApiTokens.isSession(token)) {
            throw ProblemException.unauthenticated("A session counts only as the cookie of the pages.");
        }
        return token;
    }

    private static @Nullable String session(HttpServletRequest request) {
        Cookie cookie = ConnectorKind.of(request) == ConnectorKind.PUBLIC
                ? WebUtils.getCookie(request, SessionIntrospector.COOKIE)
                : null;
        return cookie == null || !ApiTokens.isSession(cookie.getValue()) ? null : cookie.getValue();
    }

    /** Browsers send cookies for anybody's page; what changes something must come from our own. */
    private static void refuseForeignOrigin(HttpServletRequest request) {
        if (SAFE.contains(request.getMethod())) {
            return;
        }
        String site = request.getHeader("Sec-Fetch-Site");
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        boolean own = site != null ? site.equals("same-origin") : origin != null && origin.equals(ownOrigin(request));
        if (!own) {
            throw ProblemException.forbidden(
                    "FOREIGN_ORIGIN", "A session counts only for requests of this service's own pages.");
        }
    }

    private static String ownOrigin(HttpServletRequest request) {
        return request.getScheme() + "://" + request.getHeader(HttpHeaders.HOST);
    }
}
