package dev.sallyport.approval.console;

import dev.sallyport.servicekit.connector.PublicConnectorProperties;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Arrays;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;

/**
 * The two cookies of the pages: the session's, which all services' pages on this host accept, and before sign-in one that
 * only the sign-in form is bound to. Scripts read neither, and no other site makes a browser send them.
 */
@Component
class SessionCookie {

    static final String SESSION = "sp_session";
    static final String BEFORE_SIGN_IN = "sp_form";

    private final boolean secure;

    SessionCookie(PublicConnectorProperties connector) {
        this.secure = connector.baseUrl().startsWith("https:");
    }

    /** The cookie's value in this request; empty without one. */
    static String read(HttpServletRequest request, String name) {
        Cookie[] cookies = request.getCookies();
        return cookies == null
                ? ""
                : Arrays.stream(cookies)
                        .filter(cookie -> cookie.getName().equals(name))
                        .map(Cookie::getValue)
                        .findFirst()
                        .orElse("");
    }

    String session(String token, Duration lifetime) {
        return cookie(SESSION, token, "/", lifetime);
    }

    String endSession() {
        return cookie(SESSION, "", "/", Duration.ZERO);
    }

    String beforeSignIn(String random) {
        return cookie(BEFORE_SIGN_IN, random, "/console/sign-in", Duration.ofHours(1));
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
