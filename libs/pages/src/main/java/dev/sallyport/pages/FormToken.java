package dev.sallyport.pages;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.util.WebUtils;

/**
 * The token that a form carries, bound to a cookie that scripts cannot read and other sites cannot make a browser send
 * (OWASP's HMAC-based double submit). Spring Security's own cookie of tokens is bound to no session, so that another
 * program on the same host could plant one that it knows.
 *
 * @param cookie the value of the cookie that the token belongs to
 */
public record FormToken(String cookie) implements CsrfToken {
    private static final long serialVersionUID = 1L;

    private static final byte[] PURPOSE = "sallyport form token v1".getBytes(StandardCharsets.UTF_8);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** The token bound to the request's cookie of this name; null without one. */
    public static @Nullable FormToken boundTo(HttpServletRequest request, String name) {
        Cookie cookie = WebUtils.getCookie(request, name);
        return cookie == null || cookie.getValue().isEmpty() ? null : new FormToken(cookie.getValue());
    }

    /** The token of a cookie that nobody has yet. */
    public static FormToken fresh() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return new FormToken(HexFormat.of().formatHex(bytes));
    }

    @Override
    public String getHeaderName() {
        return "X-Form-Token";
    }

    @Override
    public String getParameterName() {
        return "form_token";
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
