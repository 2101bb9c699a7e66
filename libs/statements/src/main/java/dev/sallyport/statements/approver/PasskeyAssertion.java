package dev.sallyport.statements.approver;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a passkey answered to a challenge (WebAuthn, section 7.2, as far as it can be verified by anybody at any time).
 *
 * @param authenticatorData what the passkey says about itself, as it signed it
 * @param clientData what the browser says it was asked to sign
 * @param signature over the authenticator's data and the SHA-256 of the client's
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PasskeyAssertion(byte[] authenticatorData, byte[] clientData, byte[] signature) {
    /** A hash, a byte of flags and a counter of 4 bytes; extensions may follow. */
    private static final int LEAST_AUTHENTICATOR_DATA = 37;

    private static final int FLAGS_AT = 32;
    private static final int USER_PRESENT = 0x01;
    private static final int USER_VERIFIED = 0x04;
    private static final JsonRules CLIENT_DATA = new JsonRules(4 * 1024, 8, 2 * 1024, 64, false, true);

    /**
     * The assertion in a signature by a passkey.
     *
     * @throws IllegalArgumentException when it is not base64url
     */
    public static PasskeyAssertion of(AnswerSignature signature) {
        return new PasskeyAssertion(
                decoded(signature.authenticatorData()), decoded(signature.clientData()), decoded(signature.value()));
    }

    private static byte[] decoded(@Nullable String text) {
        if (text == null) {
            throw new IllegalArgumentException("it is not by a passkey");
        }
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (!encoded(bytes).equals(text)) {
            throw new IllegalArgumentException("it is not base64url without padding");
        }
        return bytes;
    }

    /** As it stands in a statement. */
    public AnswerSignature asSignature(Digest key, @Nullable Digest pattern) {
        return new AnswerSignature(
                key, encoded(signature), encoded(authenticatorData), encoded(clientData), null, pattern);
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * Why it is not this key's answer to this challenge, as the end of a sentence; null when it is. The person was present
     * and verified, and the page was one of the host name that the key was made for, by https or on the same machine.
     */
    public @Nullable String contradiction(ApproverKey key, byte[] challenge) {
        if (authenticatorData.length < LEAST_AUTHENTICATOR_DATA) {
            return "the authenticator's data is too short";
        }
        byte[] host = Digest.of(key.rpId().getBytes(StandardCharsets.UTF_8)).bytes();
        if (!Arrays.equals(authenticatorData, 0, host.length, host, 0, host.length)) {
            return "it was made for another host name";
        }
        int flags = authenticatorData[FLAGS_AT];
        if ((flags & USER_PRESENT) == 0 || (flags & USER_VERIFIED) == 0) {
            return "the passkey did not verify that the person was there";
        }
        String client = contradictionOfClient(key, challenge);
        return client != null ? client : verifies(key) ? null : "the signature does not verify";
    }

    private @Nullable String contradictionOfClient(ApproverKey key, byte[] challenge) {
        JsonNode said;
        try {
            said = CanonicalJson.readObject(clientData, CLIENT_DATA);
        } catch (JsonRefusedException _) {
            return "what the browser says cannot be read";
        }
        if (!"webauthn.get".equals(text(said, "type"))) {
            return "the browser was asked for something else";
        }
        if (!encoded(challenge).equals(text(said, "challenge"))) {
            return "something else was signed";
        }
        JsonNode cross = said.path("crossOrigin");
        if (!(cross.isMissingNode() || (cross.isBoolean() && !cross.booleanValue())) || said.has("topOrigin")) {
            return "the page was inside of another one";
        }
        return isOf(key.rpId(), text(said, "origin")) ? null : "it was signed on a page of another origin";
    }

    private static String text(JsonNode of, String member) {
        return of.path(member).isString() ? of.path(member).stringValue() : "";
    }

    /** Whether this origin is one of that host name's, by https or, on the machine itself, by http. */
    public static boolean isOf(String rpId, String origin) {
        try {
            URI uri = new URI(origin);
            boolean secure =
                    "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && rpId.equals("localhost"));
            return secure
                    && rpId.equals(uri.getHost())
                    && (uri.getRawPath() == null || uri.getRawPath().isEmpty())
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException _) {
            return false;
        }
    }

    private boolean verifies(ApproverKey key) {
        try {
            ApproverKey.Usable usable = key.usable();
            Signature verification = Signature.getInstance(usable.algorithm().signature());
            verification.initVerify(usable.publicKey());
            verification.update(authenticatorData);
            verification.update(Digest.of(clientData).bytes());
            return verification.verify(signature);
        } catch (GeneralSecurityException | RuntimeException _) {
            // What the JDK's verification throws at hostile bytes is not declared.
            return false;
        }
    }
}
