package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.IntrospectionUnavailableException;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.problem.ProblemException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.server.resource.authentication.OpaqueTokenAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.introspection.BadOpaqueTokenException;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;

/** Spring Security's introspection of opaque tokens, by the fleet's own: tokens and sessions become principals. */
final class CallerIntrospector implements OpaqueTokenIntrospector {
    private final TokenIntrospector tokens;
    private final SessionIntrospector sessions;

    CallerIntrospector(TokenIntrospector tokens, SessionIntrospector sessions) {
        this.tokens = tokens;
        this.sessions = sessions;
    }

    private record Holder(Caller.Bearer caller) implements OAuth2AuthenticatedPrincipal {
        @Override
        public Map<String, Object> getAttributes() {
            return Map.of();
        }

        @Override
        public Collection<? extends GrantedAuthority> getAuthorities() {
            return caller.principal().permissions();
        }

        @Override
        public String getName() {
            return caller.actor();
        }
    }

    OpaqueTokenAuthenticationProvider provider() {
        OpaqueTokenAuthenticationProvider provider = new OpaqueTokenAuthenticationProvider(this);
        provider.setAuthenticationConverter(CallerIntrospector::authentication);
        return provider;
    }

    /** The authentication keeps who it is and not the token. */
    private static Authentication authentication(String token, OAuth2AuthenticatedPrincipal holder) {
        return new CallerAuthentication(((Holder) holder).caller());
    }

    private static String why(String token, boolean session) {
        if (session) {
            return "The session has ended. Sign in again.";
        }
        return ApiTokens.isWellFormed(token)
                ? "The token does not count: it has expired, was revoked, or is of another fleet. Whoever manages tokens"
                        + " makes a new one: `sallyport tokens create`."
                : "This is no token, or not all of one: it is mistyped. Send it as it was shown, from `sp_` to its end.";
    }

    /**
     * Throws {@link IntrospectionUnavailableException} when nobody can answer now, and {@link ProblemException} for a token
     * that is bound to another certificate than the connection's.
     */
    @Override
    public OAuth2AuthenticatedPrincipal introspect(String token) {
        boolean session = ApiTokens.isSession(token);
        Optional<Principal> principal = Optional.empty();
        if (ApiTokens.isWellFormed(token)) {
            principal = session
                    ? sessions.bySession(token)
                    : tokens.byToken(token, CallerAuthentication.current().certificate());
        }
        Principal known = principal.orElseThrow(() -> new BadOpaqueTokenException(why(token, session)));
        // The certificate was authenticated before, on this thread; whoever has stolen the token does not have its key.
        if (!known.terms().fit(CallerAuthentication.current().certificate())) {
            throw new ProblemException(
                    HttpStatus.UNAUTHORIZED,
                    "TOKEN_BOUND",
                    "This token counts only on a connection that shows the client certificate that it is bound to."
                            + " Connect with that certificate.");
        }
        return new Holder(new Caller.Bearer(known, session));
    }
}
