package dev.sallyport.statements.step;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.dsse.Ed25519;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.step.TrustStepRefusedException.Reason;
import dev.sallyport.statements.trust.TrustRoots;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A step from the roots that a fleet trusts to the next ones, in a DSSE envelope (payload type {@value #PAYLOAD_TYPE})
 * signed by a signing root of those before: {@code {"v":1,"at":…,"previous":…,"trust":{…}}} in canonical JSON.
 *
 * <p>Whoever knows the roots of any step follows the later ones by this alone, from wherever they come. A step names the
 * digest of the roots before it, so that it is taken once, in its place, and in one history.
 *
 * @param at when it was signed
 * @param after the roots from then on
 */
public record TrustStep(Instant at, TrustRoots after) {
    /** The payload type of the envelope. */
    public static final String PAYLOAD_TYPE = "application/vnd.sallyport.trust-step.v1+json";

    /** Most bytes of a signed step. */
    public static final int LARGEST = 128 * 1024;

    private static final JsonRules RULES = new JsonRules(LARGEST, 6, LARGEST, 1000, true, false);

    /**
     * Signs the step.
     *
     * @param before the roots before it
     * @param root a signing root of those
     * @param key the root's key
     */
    public byte[] sign(TrustRoots before, X509Certificate root, PrivateKey key) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("v", 1);
        payload.put("at", at.toString());
        payload.put("previous", digest(before).hex());
        payload.set("trust", after.toTree());
        byte[] bytes = CanonicalJson.write(payload);
        try {
            Base64.Encoder base64 = Base64.getEncoder();
            ObjectNode envelope = JsonNodeFactory.instance.objectNode();
            envelope.put("payload", base64.encodeToString(bytes));
            envelope.put("payloadType", PAYLOAD_TYPE);
            envelope.putArray("signatures")
                    .addObject()
                    .put("keyid", keyId(root))
                    .put("sig", base64.encodeToString(Ed25519.sign(key, preAuthenticationEncoding(bytes))));
            return CanonicalJson.write(envelope);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the root's key cannot sign", e);
        }
    }

    /**
     * Reads and verifies a step for whoever trusts the roots before it.
     *
     * @param now a root that has expired vouches for no step
     * @throws TrustStepRefusedException when it is not to be taken
     */
    public static TrustStep verify(TrustRoots before, byte[] signed, Instant now) throws TrustStepRefusedException {
        try {
            ObjectNode envelope = CanonicalJson.readCanonicalObject(signed, RULES);
            byte[] payload = signedPayload(before, envelope, now);
            ObjectNode content = CanonicalJson.readCanonicalObject(payload, RULES);
            if (content.size() != 4
                    || content.path("v").asInt(0) != 1
                    || !(content.get("trust") instanceof ObjectNode trust)) {
                throw new TrustStepRefusedException(Reason.MALFORMED, "a step of trust of an unknown form");
            }
            TrustStep step = new TrustStep(Instant.parse(text(content.get("at"))), TrustRoots.ofTree(trust));
            if (!text(content.get("previous")).equals(digest(before).hex())
                    || step.after().step() != before.step() + 1) {
                throw new TrustStepRefusedException(
                        Reason.OUT_OF_ORDER, "the step does not follow step " + before.step() + " as it is known here");
            }
            step.verifyKeeps(before);
            return step;
        } catch (JsonRefusedException e) {
            throw new TrustStepRefusedException(
                    Reason.MALFORMED, "the step is not in its one JSON form: " + e.getMessage());
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new TrustStepRefusedException(Reason.MALFORMED, "the step cannot be read: " + e.getMessage());
        }
    }

    /**
     * Follows steps one after the other.
     *
     * @param steps signed, in their order
     * @return the roots after the last of them
     * @throws TrustStepRefusedException at the first that is not to be taken
     */
    public static TrustRoots follow(TrustRoots known, List<byte[]> steps, Instant now)
            throws TrustStepRefusedException {
        TrustRoots roots = known;
        for (byte[] step : steps) {
            roots = verify(roots, step, now).after();
        }
        return roots;
    }

    /** The identity of roots: SHA-256 of their canonical JSON. */
    public static Digest digest(TrustRoots roots) {
        return Digest.of(CanonicalJson.write(roots.toTree()));
    }

    private void verifyKeeps(TrustRoots before) throws TrustStepRefusedException {
        boolean same = after.fleetId().equals(before.fleetId())
                && after.trustDomain().equals(before.trustDomain())
                && after.logKeys().equals(before.logKeys());
        if (!same) {
            throw new TrustStepRefusedException(
                    Reason.FOREIGN, "a step changes roots only, not the fleet, its trust domain or the ledger's keys");
        }
        if (after.tlsCas().isEmpty() || after.signingCas().isEmpty()) {
            throw new TrustStepRefusedException(Reason.FOREIGN, "after a step somebody must be trusted");
        }
        for (X509Certificate authority : Stream.concat(after.everTls().stream(), after.everSigning().stream())
                .toList()) {
            if (authority.getBasicConstraints() < 0) {
                throw new TrustStepRefusedException(Reason.FOREIGN, "a step names authorities, and no other one");
            }
        }
    }

    private static byte[] signedPayload(TrustRoots before, ObjectNode envelope, Instant now)
            throws TrustStepRefusedException {
        if (envelope.size() != 3
                || !PAYLOAD_TYPE.equals(text(envelope.get("payloadType")))
                || !(envelope.get("signatures") instanceof ArrayNode signatures)
                || signatures.size() != 1
                || !(signatures.get(0) instanceof ObjectNode only)
                || only.size() != 2) {
            throw new TrustStepRefusedException(Reason.MALFORMED, "not the envelope of a step, with one signature");
        }
        byte[] payload = base64(envelope.get("payload"));
        byte[] message = preAuthenticationEncoding(payload);
        byte[] signature = base64(only.get("sig"));
        String signer = text(only.get("keyid"));
        for (X509Certificate root : before.signingRoots()) {
            if (keyId(root).equals(signer)
                    && !root.getNotAfter().toInstant().isBefore(now)
                    && Ed25519.verify(root.getPublicKey(), message, signature)) {
                return payload;
            }
        }
        throw new TrustStepRefusedException(
                Reason.UNTRUSTED, "the step is not signed by a signing root that is trusted before it");
    }

    /** DSSE v1.0, as for statements but with this payload type, so that neither passes for the other. */
    private static byte[] preAuthenticationEncoding(byte[] payload) {
        byte[] head = ("DSSEv1 " + PAYLOAD_TYPE.length() + " " + PAYLOAD_TYPE + " " + payload.length + " ")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] encoding = Arrays.copyOf(head, head.length + payload.length);
        System.arraycopy(payload, 0, encoding, head.length, payload.length);
        return encoding;
    }

    private static String keyId(X509Certificate certificate) {
        return Digest.of(certificate.getPublicKey().getEncoded()).hex();
    }

    private static String text(@Nullable JsonNode node) throws TrustStepRefusedException {
        if (node == null || !node.isString()) {
            throw new TrustStepRefusedException(Reason.MALFORMED, "a member of the step is missing or no string");
        }
        return node.stringValue();
    }

    private static byte[] base64(@Nullable JsonNode node) throws TrustStepRefusedException {
        String text = text(node);
        byte[] bytes = Base64.getDecoder().decode(text);
        if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
            throw new TrustStepRefusedException(Reason.MALFORMED, "base64 that is not in its one canonical form");
        }
        return bytes;
    }
}
