package dev.sallyport.servicekit.access;

import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.connector.Door;
import dev.sallyport.servicekit.identity.CertificateIds;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.trust.SpiffeId;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Finds out who is calling, from the certificate of the connection and the credentials in the request. */
final class CallerResolver {
    static final String SESSION_COOKIE = "sp_session";

    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    private final String trustDomain;
    private final Denylist denylist;
    private final TokenIntrospector tokens;
    private final SessionIntrospector sessions;

    CallerResolver(String trustDomain, Denylist denylist, TokenIntrospector tokens, SessionIntrospector sessions) {
        this.trustDomain = trustDomain;
        this.denylist = denylist;
        this.tokens = tokens;
        this.sessions = sessions;
    }

    /**
     * The SPIFFE id proved by the connection; null without a certificate. A certificate of no meaning here and a revoked
     * one are refused even where a token would do: whoever shows one must show a good one.
     */
    @Nullable
    SpiffeId certificate(HttpServletRequest request, boolean evenIfListIsStale) {
        if (!(request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain) || chain.length == 0) {
            return null;
        }
        SpiffeId id = CertificateIds.read(chain[0], trustDomain);
        if (id == null) {
            throw ProblemException.forbidden(
                    "CERTIFICATE_REFUSED", "the certificate must name exactly one SPIFFE id of this fleet");
        }
        if (denylist.isRevoked(chain[0], id)) {
            throw ProblemException.forbidden("CERTIFICATE_REVOKED", "this certificate has been revoked");
        }
        if (!evenIfListIsStale && !denylist.isFresh()) {
            throw ProblemException.unavailable(
                    "DENYLIST_STALE", "whether the certificate still counts cannot be checked now; try again", null);
        }
        return id;
    }

    /** The principal of the token or session in the request; null when there is neither. */
    Caller.@Nullable Bearer bearer(HttpServletRequest request) {
        List<String> headers = Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION));
        if (!headers.isEmpty()) {
            if (headers.size() > 1 || !headers.getFirst().regionMatches(true, 0, "Bearer ", 0, 7)) {
                throw ProblemException.unauthenticated("send one Authorization header: Bearer and the token");
            }
            String token = headers.getFirst().substring(7).strip();
            if (ApiTokens.isSession(token)) {
                throw ProblemException.unauthenticated("a session counts as the pages' cookie only");
            }
            return bearer(token);
        }
        String cookie = sessionCookie(request);
        if (cookie == null || Door.of(request) != Door.PUBLIC) {
            return null;
        }
        refuseForeignOrigin(request);
        return ApiTokens.isSession(cookie) ? bearer(cookie) : null;
    }

    /** The principal bound to a device's or agent's certificate. */
    Optional<Principal> boundTo(SpiffeId id) {
        return tokens.byCertificate(id);
    }

    private Caller.Bearer bearer(String token) {
        boolean session = ApiTokens.isSession(token);
        Optional<Principal> principal = Optional.empty();
        if (ApiTokens.isWellFormed(token)) {
            principal = session ? sessions.bySession(token) : tokens.byToken(token);
        }
        return new Caller.Bearer(
                principal.orElseThrow(() -> ProblemException.unauthenticated(
                        session ? "the session has ended; sign in again" : "the token is not valid")),
                session);
    }

    private static @Nullable String sessionCookie(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie cookie : cookies) {
                if (SESSION_COOKIE.equals(cookie.getName())) {
                    return cookie.getValue();
                }
            }
        }
        return null;
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
            throw ProblemException.forbidden("FOREIGN_ORIGIN", "a session counts only for requests of its own pages");
        }
    }

    private static String ownOrigin(HttpServletRequest request) {
        return request.getScheme() + "://" + request.getHeader(HttpHeaders.HOST);
    }
}
