package dev.sallyport.statements.dsse;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A DSSE envelope with exactly one signature (https://github.com/secure-systems-lab/dsse, v1.0).
 *
 * <p>There is one accepted encoding: compact JSON, members in the order payload, payloadType, signatures(keyid, sig),
 * standard padded base64. Its bytes are the leaf in the ledger; the SHA-256 of its decoded payload is the identity of the
 * statement.
 */
public final class Envelope {
    /** The payload type of every statement (in-toto attestation framework). */
    public static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

    /** Largest encoded envelope in bytes: the ledger's entry bundles hold no more. */
    public static final int MAX_ENCODED_BYTES = 60_000;

    private static final JsonRules RULES = new JsonRules(MAX_ENCODED_BYTES, 4, MAX_ENCODED_BYTES, 8, true, false);

    private final byte[] payload;
    private final Digest keyId;
    private final byte[] signature;

    /**
     * An envelope around these bytes.
     *
     * @param payload the statement's bytes
     * @param keyId SHA-256 of the signer's SubjectPublicKeyInfo
     * @param signature Ed25519 signature of {@link #preAuthenticationEncoding}, 64 bytes
     */
    public Envelope(byte[] payload, Digest keyId, byte[] signature) {
        this.payload = payload.clone();
        this.keyId = keyId;
        this.signature = signature.clone();
    }

    /** What is signed: DSSE's PAE of the payload type and the payload. */
    public static byte[] preAuthenticationEncoding(byte[] payload) {
        byte[] head = ("DSSEv1 " + PAYLOAD_TYPE.length() + " " + PAYLOAD_TYPE + " " + payload.length + " ")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] pae = Arrays.copyOf(head, head.length + payload.length);
        System.arraycopy(payload, 0, pae, head.length, payload.length);
        return pae;
    }

    /** Reads the one accepted encoding; anything else is refused. */
    public static Envelope decode(byte[] encoded) throws EnvelopeRefusedException {
        try {
            Envelope envelope = fromJson(CanonicalJson.readObject(encoded, RULES));
            if (!Arrays.equals(envelope.encode(), encoded)) {
                throw new EnvelopeRefusedException("the envelope is not in the fleet's encoding");
            }
            return envelope;
        } catch (JsonRefusedException e) {
            throw new EnvelopeRefusedException("the envelope is not JSON as accepted: " + e.getMessage());
        }
    }

    /**
     * Reads an envelope that is part of a larger document. The caller must compare the document's bytes with its own
     * re-encoding, since a parsed object no longer shows spacing and order.
     */
    public static Envelope fromJson(ObjectNode json) throws EnvelopeRefusedException {
        if (!(json.get("signatures") instanceof ArrayNode signatures)
                || signatures.size() != 1
                || !(signatures.get(0) instanceof ObjectNode signature)
                || json.size() != 3
                || signature.size() != 2) {
            throw new EnvelopeRefusedException("an envelope has payload, payloadType and exactly one signature");
        }
        if (!PAYLOAD_TYPE.equals(text(json.get("payloadType")))) {
            throw new EnvelopeRefusedException("the payload type is not " + PAYLOAD_TYPE);
        }
        byte[] sig = base64(text(signature.get("sig")));
        if (sig.length != 64) {
            throw new EnvelopeRefusedException("an Ed25519 signature has 64 bytes");
        }
        Digest keyId;
        try {
            keyId = new Digest(text(signature.get("keyid")));
        } catch (IllegalArgumentException e) {
            throw new EnvelopeRefusedException("the key id is not a SHA-256 digest");
        }
        return new Envelope(base64(text(json.get("payload"))), keyId, sig);
    }

    private static String text(@Nullable JsonNode node) throws EnvelopeRefusedException {
        if (node == null || !node.isString()) {
            throw new EnvelopeRefusedException("a member of the envelope is missing or no string");
        }
        return node.stringValue();
    }

    private static byte[] base64(String text) throws EnvelopeRefusedException {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
                throw new EnvelopeRefusedException("base64 that is not in its one canonical form");
            }
            return bytes;
        } catch (IllegalArgumentException e) {
            throw new EnvelopeRefusedException("not standard base64");
        }
    }

    /** The accepted encoding. */
    public byte[] encode() {
        return toJsonText().getBytes(StandardCharsets.US_ASCII);
    }

    /** The accepted encoding as text; every character is ASCII and none needs escaping. */
    public String toJsonText() {
        Base64.Encoder base64 = Base64.getEncoder();
        return "{\"payload\":\"" + base64.encodeToString(payload) + "\",\"payloadType\":\"" + PAYLOAD_TYPE
                + "\",\"signatures\":[{\"keyid\":\"" + keyId.hex() + "\",\"sig\":\"" + base64.encodeToString(signature)
                + "\"}]}";
    }

    /** The identity of the statement: SHA-256 of the payload. */
    public Digest digest() {
        return Digest.of(payload);
    }

    /** The statement's bytes. */
    public byte[] payload() {
        return payload.clone();
    }

    /** SHA-256 of the signer's SubjectPublicKeyInfo; a hint, never authority. */
    public Digest keyId() {
        return keyId;
    }

    /** The 64 bytes of the signature. */
    public byte[] signature() {
        return signature.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Envelope that
                && Arrays.equals(payload, that.payload)
                && keyId.equals(that.keyId)
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(signature);
    }

    @Override
    public String toString() {
        return "Envelope[" + digest() + "]";
    }
}
