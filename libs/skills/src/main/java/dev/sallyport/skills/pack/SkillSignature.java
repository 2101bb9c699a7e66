package dev.sallyport.skills.pack;

import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.SkillRefusedException.Refusal;
import dev.sallyport.statements.dsse.Ed25519;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.HexFormat;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The signature of a package, {@code signature.json}: canonical JSON (RFC 8785) with the members {@code key},
 * {@code signature} and {@code v}, both texts in lower-case hexadecimal. That it verifies tells who signed; whether that
 * key counts is for {@link TrustedPublishers}.
 *
 * @param key the key that it verifies under
 * @param hex the 64 bytes of the Ed25519 signature as 128 lower-case hexadecimal digits
 */
record SkillSignature(PublisherKey key, String hex) {
    private static final JsonRules RULES = new JsonRules(1024, 1, 256, 3, true, false);
    private static final String FORM = "[0-9a-f]{128}";

    static SkillSignature sign(byte[] content, PrivateKey key) throws GeneralSecurityException {
        return new SkillSignature(PublisherKey.of(key), HexFormat.of().formatHex(Ed25519.sign(key, content)));
    }

    static SkillSignature parse(byte[] json) throws SkillRefusedException {
        try {
            ObjectNode object = CanonicalJson.readCanonicalObject(json, RULES);
            String signature = object.path("signature").asString("");
            if (object.size() == 3
                    && object.path("v").asInt(0) == 1
                    && object.path("key").isString()
                    && signature.matches(FORM)) {
                SkillSignature read =
                        new SkillSignature(new PublisherKey(object.path("key").asString("")), signature);
                if (Arrays.equals(read.encode(), json)) {
                    return read;
                }
            }
        } catch (JsonRefusedException | IllegalArgumentException e) {
            throw refused();
        }
        throw refused();
    }

    private static SkillRefusedException refused() {
        return new SkillRefusedException(
                Refusal.SIGNATURE, "signature.json is not as accepted: canonical JSON with key, signature and v.");
    }

    byte[] encode() {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("key", key.hex()).put("signature", hex).put("v", 1);
        return CanonicalJson.write(object);
    }

    boolean verifies(byte[] content) {
        return Ed25519.verifyRaw(key.raw(), content, HexFormat.of().parseHex(hex));
    }
}
