package dev.sallyport.approval.signin.oidc;

import dev.sallyport.statements.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** SHA-256 of texts. */
final class Hashes {
    private Hashes() {}

    static byte[] of(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8)).bytes();
    }

    /** The same in base64url, as OpenID Connect and PKCE have it. */
    static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(of(text));
    }
}
