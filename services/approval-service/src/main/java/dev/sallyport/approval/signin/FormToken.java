package dev.sallyport.approval.signin;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The token that every form carries (OWASP's HMAC-based double submit): a keyed hash under the value of a cookie that
 * scripts cannot read and other sites cannot make a browser send. It comes on top of the check of the request's origin.
 */
public final class FormToken {

    private static final byte[] PURPOSE = "sallyport form token v1".getBytes(StandardCharsets.UTF_8);

    private FormToken() {}

    /** The form token that belongs to this cookie value. */
    public static String of(String cookie) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(cookie.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(PURPOSE));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** Whether this is the form token of that cookie value; takes the same time wherever they differ. */
    public static boolean matches(String formToken, String cookie) {
        return MessageDigest.isEqual(
                formToken.getBytes(StandardCharsets.UTF_8), of(cookie).getBytes(StandardCharsets.UTF_8));
    }
}
