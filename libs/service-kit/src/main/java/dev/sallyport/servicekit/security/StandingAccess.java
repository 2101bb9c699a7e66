package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.access.IntrospectionUnavailableException;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.denylist.Denylist;
import dev.sallyport.servicekit.identity.CertificateIds;
import dev.sallyport.statements.trust.SpiffeId;
import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether whoever made a request may still do what it asks for. An answer that goes on for long asks every few seconds:
 * a token that was revoked, or a role that was taken away, must not be good for the rest of a stream.
 */
public final class StandingAccess {
    private final Denylist denylist;
    private final TokenIntrospector tokens;
    private final SessionIntrospector sessions;
    private final String trustDomain;
    private final Clock clock;
    private final ShownToken shown = new ShownToken();

    StandingAccess(
            Denylist denylist,
            TokenIntrospector tokens,
            SessionIntrospector sessions,
            String trustDomain,
            Clock clock) {
        this.denylist = denylist;
        this.tokens = tokens;
        this.sessions = sessions;
        this.trustDomain = trustDomain;
        this.clock = clock;
    }

    /** The question whether one request would still be admitted. It may be asked on any thread, also after the request. */
    @FunctionalInterface
    public interface Check {
        /** The answer now; false also when nobody can answer. */
        boolean holds();
    }

    /** What is asked again about this request, which must have been admitted. Only on the thread that serves it. */
    public Check of(HttpServletRequest request) {
        Endpoint endpoint = Endpoint.of(request);
        SpiffeId counts = CallerAuthentication.current().certificate();
        List<X509Certificate> chain = ShownChain.of(request);
        X509Certificate certificate = chain.isEmpty() ? null : chain.getFirst();
        String token = shown.resolve(request);
        return () -> {
            try {
                return isGood(certificate) && mayStill(endpoint, counts, token, certificate);
            } catch (IntrospectionUnavailableException _) {
                return false;
            }
        };
    }

    private boolean isGood(@Nullable X509Certificate certificate) {
        if (certificate == null) {
            return true;
        }
        SpiffeId id = CertificateIds.read(certificate, trustDomain);
        return id != null
                && certificate.getNotAfter().toInstant().isAfter(clock.instant())
                && !denylist.isRevoked(certificate, id);
    }

    private boolean mayStill(
            Endpoint endpoint,
            @Nullable SpiffeId counts,
            @Nullable String token,
            @Nullable X509Certificate certificate) {
        if (token == null && counts != null && endpoint.admits(counts)) {
            return true;
        }
        Optional<Principal> principal = Optional.empty();
        if (token != null) {
            SpiffeId shownBeside = certificate == null ? null : CertificateIds.read(certificate, trustDomain);
            principal = ApiTokens.isSession(token) ? sessions.bySession(token) : tokens.byToken(token);
            principal = principal.filter(known -> known.terms().fit(shownBeside));
        } else if (counts != null) {
            principal = tokens.byCertificate(counts);
        }
        return principal.filter(known -> endpoint.rule().isMetBy(known)).isPresent();
    }
}
