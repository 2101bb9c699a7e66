package dev.sallyport.approval.console;

import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.connector.PublicConnectorProperties;
import java.time.Duration;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;

/**
 * The two cookies of the pages: the session's, which all services' pages on this host accept, and before sign-in one that
 * only the sign-in form is bound to. Scripts read neither, and no other site makes a browser send them.
 */
@Component
class SessionCookie {
    static final String BEFORE_SIGN_IN = "sp_form";
    static final String SIGN_IN = "/console/sign-in";

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

    private String cookie(String name, String value, String path, Duration lifetime) {
        return ResponseCookie.from(name, value)
                .httpOnly(true)
                .secure(secure)
                .sameSite("Strict")
                .path(path)
                .maxAge(lifetime)
                .build()
                .toString();
    }
}
