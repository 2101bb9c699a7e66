package dev.sallyport.identity.denylist;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityException.CertificateRefused;
import dev.sallyport.identity.IdentityException.Malformed;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.dsse.Ed25519;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A revocation list in a DSSE envelope (payload type {@value #PAYLOAD_TYPE}) signed by vault-service, with the signer's
 * certificates: {@code {"envelope":{payload,payloadType,signatures},"certificates":[base64 DER, …]}} in canonical JSON.
 */
public final class SignedRevocationList {
    /** The payload type of the envelope. */
    public static final String PAYLOAD_TYPE = "application/vnd.sallyport.denylist.v3+json";

    private static final String SIGNER = "vault-service";
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");
    private static final int LARGEST = 8 * 1024 * 1024;
    private static final JsonRules RULES = new JsonRules(LARGEST, 6, LARGEST, 100_000, true, false);

    private SignedRevocationList() {}

    /** Signs a list with vault-service's statement key. */
    public static byte[] sign(RevocationList list, Credential signer) {
        byte[] payload = CanonicalJson.write(payload(list));
        try {
            byte[] signature = Ed25519.sign(signer.key(), preAuthenticationEncoding(payload));
            Base64.Encoder base64 = Base64.getEncoder();
            ObjectNode root = JsonNodeFactory.instance.objectNode();
            ObjectNode envelope = root.putObject("envelope");
            envelope.put("payload", base64.encodeToString(payload));
            envelope.put("payloadType", PAYLOAD_TYPE);
            envelope.putArray("signatures")
                    .addObject()
                    .put("keyid", keyId(signer.leaf()))
                    .put("sig", base64.encodeToString(signature));
            ArrayNode certificates = root.putArray("certificates");
            for (X509Certificate certificate : signer.chain()) {
                certificates.add(base64.encodeToString(certificate.getEncoded()));
            }
            return CanonicalJson.write(root);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the signer's key cannot sign", e);
        }
    }

    /**
     * Reads and verifies a list. Whether it is new enough and not older than one seen before is the caller's to check.
     *
     * @param trust the pinned roots
     * @param now the moment the signer's certificate must be valid at
     * @throws Malformed when it is not of this form, not of this fleet, or the signature is not the certificate's
     * @throws CertificateRefused when the signer is not this fleet's vault-service
     */
    public static RevocationList verify(byte[] signed, TrustRoots trust, Instant now) {
        return verify(signed, trust, now, (leaf, id) -> false);
    }

    /**
     * The same for whoever knows an earlier list. Its signer must count by that one too, else a stolen authority could end
     * its own revocation with a list of its own.
     *
     * @param known what is known to be revoked already
     * @throws CertificateRefused also when the signer is revoked, by what is known or by the list itself
     */
    static RevocationList verify(byte[] signed, TrustRoots trust, Instant now, RevokedCertificates known) {
        try {
            ObjectNode root = CanonicalJson.readCanonicalObject(signed, RULES);
            ObjectNode envelope = object(root.get("envelope"));
            List<X509Certificate> chain = new ArrayList<>();
            for (JsonNode certificate : array(root.get("certificates"))) {
                chain.add(Pem.certificate(base64(certificate)));
            }
            SpiffeId signer = X509Svid.verify(chain, trust.signingRoots(), trust.trustDomain(), now);
            if (!signer.isService(SIGNER)) {
                throw new CertificateRefused(
                        CertificateRefused.Reason.UNTRUSTED, "a denylist is signed by vault-service, not by " + signer);
            }
            ArrayNode signatures = array(envelope.get("signatures"));
            if (!PAYLOAD_TYPE.equals(text(envelope.get("payloadType"))) || signatures.size() != 1) {
                throw new Malformed("not a denylist's envelope");
            }
            ObjectNode only = object(signatures.get(0));
            if (root.size() != 2
                    || envelope.size() != 3
                    || only.size() != 2
                    || !text(only.get("keyid")).equals(keyId(chain.getFirst()))) {
                throw new Malformed("a denylist is an envelope with one signature, and the signer's certificates");
            }
            byte[] payload = base64(envelope.get("payload"));
            byte[] signature = base64(only.get("sig"));
            if (!Ed25519.verify(chain.getFirst().getPublicKey(), preAuthenticationEncoding(payload), signature)) {
                throw new Malformed("the denylist's signature does not verify");
            }
            RevocationList list = list(payload, trust);
            if (known.isRevoked(chain.getFirst(), signer) || list.isRevoked(chain.getFirst(), signer)) {
                throw new CertificateRefused(
                        CertificateRefused.Reason.UNTRUSTED, "the denylist's signer has been revoked");
            }
            return list;
        } catch (JsonRefusedException e) {
            throw new Malformed("the denylist is not in its one JSON form: " + e.getMessage(), e);
        }
    }

    private static ObjectNode payload(RevocationList list) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("v", 3);
        payload.put("fleet_id", list.fleetId());
        payload.put("version", list.version());
        payload.put("issued_at", list.issuedAt().toString());
        ObjectNode serials = payload.putObject("serials");
        new TreeMap<>(list.serials()).forEach(serials::put);
        ObjectNode ids = payload.putObject("spiffe_ids");
        new TreeMap<>(list.ids()).forEach(ids::put);
        ObjectNode authorities = payload.putObject("authorities");
        Map<String, Long> encoded = new TreeMap<>();
        list.authorities().forEach((authority, index) -> encoded.put(der(authority), index));
        encoded.forEach(authorities::put);
        ArrayNode issuing = payload.putArray("issuing");
        new TreeSet<>(list.issuing()).forEach(issuing::add);
        return payload;
    }

    private static RevocationList list(byte[] payload, TrustRoots trust) throws JsonRefusedException {
        ObjectNode root = CanonicalJson.readCanonicalObject(payload, RULES);
        if (!root.path("v").canConvertToLong()
                || root.path("v").longValue() != 3
                || !root.path("version").canConvertToLong()) {
            throw new Malformed("a denylist of an unknown version");
        }
        if (!trust.fleetId().equals(text(root.get("fleet_id")))) {
            throw new Malformed("the denylist of another fleet");
        }
        try {
            return new RevocationList(
                    trust.fleetId(),
                    root.path("version").longValue(),
                    Instant.parse(text(root.get("issued_at"))),
                    indexes(root.get("serials")),
                    indexes(root.get("spiffe_ids")),
                    authorities(root.get("authorities")),
                    names(root.get("issuing")));
        } catch (DateTimeException e) {
            throw new Malformed("a denylist says when it was issued", e);
        }
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

    private static Map<String, Long> indexes(@Nullable JsonNode node) {
        Map<String, Long> indexes = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : object(node).properties()) {
            if (!entry.getValue().canConvertToLong() || entry.getValue().longValue() < 0) {
                throw new Malformed("a denylist names an index of the ledger for each revocation");
            }
            indexes.put(entry.getKey(), entry.getValue().longValue());
        }
        return indexes;
    }

    private static Map<X509Certificate, Long> authorities(@Nullable JsonNode node) {
        Map<X509Certificate, Long> authorities = new HashMap<>();
        indexes(node).forEach((der, index) -> authorities.put(Pem.certificate(decoded(der)), index));
        return authorities;
    }

    private static Set<String> names(@Nullable JsonNode node) {
        Set<String> names = new HashSet<>();
        for (JsonNode name : array(node)) {
            if (!NAME.matcher(text(name)).matches()) {
                throw new Malformed("an authority is named by the SHA-256 of its certificate");
            }
            names.add(text(name));
        }
        return names;
    }

    private static String der(X509Certificate certificate) {
        try {
            return Base64.getEncoder().encodeToString(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate that was read can be written", e);
        }
    }

    private static ObjectNode object(@Nullable JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new Malformed("a member of the denylist is missing");
    }

    private static ArrayNode array(@Nullable JsonNode node) {
        if (node instanceof ArrayNode array) {
            return array;
        }
        throw new Malformed("a member of the denylist is missing");
    }

    private static String text(@Nullable JsonNode node) {
        if (node != null && node.isString()) {
            return node.stringValue();
        }
        throw new Malformed("a member of the denylist is missing or no string");
    }

    private static byte[] base64(@Nullable JsonNode node) {
        return decoded(text(node));
    }

    private static byte[] decoded(String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            if (!Base64.getEncoder().encodeToString(bytes).equals(base64)) {
                throw new Malformed("base64 that is not in its one canonical form");
            }
            return bytes;
        } catch (IllegalArgumentException e) {
            throw new Malformed("a member of the denylist is not base64", e);
        }
    }
}
