package dev.sallyport.approval.console;

import dev.sallyport.servicekit.access.SessionIntrospector;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.stereotype.Component;
import org.springframework.web.util.WebUtils;

/**
 * The tokens that forms carry, each bound to a cookie that scripts cannot read and other sites cannot make a browser send
 * (OWASP's HMAC-based double submit): to the session's cookie, and on the sign-in form, which has no session yet, to one
 * of its own. Spring Security's own cookie of tokens is bound to no session, so that another program on the same host
 * could plant one that it knows.
 */
@Component
final class FormTokens implements CsrfTokenRepository {
    static final String PARAMETER = "form_token";
    private static final byte[] PURPOSE = "sallyport form token v1".getBytes(StandardCharsets.UTF_8);

    private final SessionCookie cookies;
    private final SecureRandom random = new SecureRandom();

    FormTokens(SessionCookie cookies) {
        this.cookies = cookies;
    }

    /** The token that belongs to this cookie value. */
    private record FormToken(String cookie) implements CsrfToken {
        private static final long serialVersionUID = 1L;

        @Override
        public String getHeaderName() {
            return "X-Form-Token";
        }

        @Override
        public String getParameterName() {
            return PARAMETER;
        }

        @Override
        public String getToken() {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(cookie.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
                return HexFormat.of().formatHex(mac.doFinal(PURPOSE));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has HmacSHA256", e);
            }
        }
    }

    /** The token of the sign-in form, on whatever page that stands. */
    CsrfToken ofSignIn(HttpServletRequest request, HttpServletResponse response) {
        CsrfToken token = boundTo(request, SessionCookie.BEFORE_SIGN_IN);
        if (token == null) {
            token = generateToken(request);
            saveToken(token, request, response);
        }
        return token;
    }

    @Override
    public @Nullable CsrfToken loadToken(HttpServletRequest request) {
        boolean signIn = request.getRequestURI().equals(SessionCookie.SIGN_IN);
        return boundTo(request, signIn ? SessionCookie.BEFORE_SIGN_IN : SessionIntrospector.COOKIE);
    }

    private static @Nullable CsrfToken boundTo(HttpServletRequest request, String name) {
        Cookie cookie = WebUtils.getCookie(request, name);
        return cookie == null || cookie.getValue().isEmpty() ? null : new FormToken(cookie.getValue());
    }

    @Override
    public CsrfToken generateToken(HttpServletRequest request) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return new FormToken(HexFormat.of().formatHex(bytes));
    }

    @Override
    public void saveToken(@Nullable CsrfToken token, HttpServletRequest request, HttpServletResponse response) {
        if (token instanceof FormToken(String cookie)) {
            response.addHeader(HttpHeaders.SET_COOKIE, cookies.beforeSignIn(cookie));
        }
    }
}
