package dev.sallyport.approval.console;

import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.connector.PublicConnectorProperties;
import java.time.Duration;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;

/**
 * The cookies of the pages: the session's, which all services' pages on this host accept, before sign-in one that only the
 * sign-in form is bound to, and one while somebody is at the OpenID provider. Scripts read none, and no other site makes a
 * browser send the first two. The third has to come along when the provider sends the browser back.
 */
@Component
class SessionCookie {
    static final String BEFORE_SIGN_IN = "sp_form";
    static final String AT_PROVIDER = "sp_oidc";
    static final String SIGN_IN = "/console/sign-in";
    static final String OIDC = SIGN_IN + "/oidc";

    private final boolean secure;

    SessionCookie(PublicConnectorProperties connector) {
        this.secure = connector.baseUrl().startsWith("https:");
    }

    String session(String token, Duration lifetime) {
        return cookie(SessionIntrospector.COOKIE, token, "/", lifetime);
    }

    String endSession() {
        return cookie(SessionIntrospector.COOKIE, "", "/", Duration.ZERO);
    }

    String beforeSignIn(String random) {
        return cookie(BEFORE_SIGN_IN, random, SIGN_IN, Duration.ofHours(1));
    }

    String atProvider(String random) {
        return cookie(AT_PROVIDER, random, OIDC, Duration.ofMinutes(10), "Lax");
    }

    String backFromProvider() {
        return cookie(AT_PROVIDER, "", OIDC, Duration.ZERO, "Lax");
    }

    private String cookie(String name, String value, String path, Duration lifetime) {
        return cookie(name, value, path, lifetime, "Strict");
    }

    private String cookie(String name, String value, String path, Duration lifetime, String sameSite) {
        return ResponseCookie.from(name, value)
                .httpOnly(true)
                .secure(secure)
                .sameSite(sameSite)
                .path(path)
                .maxAge(lifetime)
                .build()
                .toString();
    }
}
