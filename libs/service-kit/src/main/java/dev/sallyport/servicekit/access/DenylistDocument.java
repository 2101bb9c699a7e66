package dev.sallyport.servicekit.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.dsse.Ed25519;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fleet's revoked certificates, signed by vault-service: a DSSE envelope (payload type {@value #PAYLOAD_TYPE}) with
 * the signer's certificates beside it.
 *
 * @param version format version, 1
 * @param fleetId the fleet it counts in
 * @param issuedAt when vault-service said so
 * @param serials serial numbers of revoked certificates, lower-case hexadecimal
 * @param spiffeIds ids all of whose certificates are revoked
 */
public record DenylistDocument(
        @JsonProperty("v") int version,
        @JsonProperty("fleet_id") String fleetId,
        @JsonProperty("issued_at") Instant issuedAt,
        @JsonProperty("serials") Set<String> serials,
        @JsonProperty("spiffe_ids") Set<String> spiffeIds) {
    /** The DSSE payload type; statements have another one, so neither can stand for the other. */
    public static final String PAYLOAD_TYPE = "application/vnd.sallyport.denylist+json";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    /** Copies the sets and refuses another version with {@link IllegalArgumentException}. */
    public DenylistDocument {
        if (version != 1) {
            throw new IllegalArgumentException("a denylist of version " + version + " is not known here");
        }
        serials = Set.copyOf(serials);
        spiffeIds = Set.copyOf(spiffeIds);
    }

    private record Envelope(
            @JsonProperty("payload") String payload,
            @JsonProperty("payloadType") String payloadType,
            @JsonProperty("signatures") List<Signed> signatures,
            @JsonProperty("certificates") List<String> certificates) {}

    private record Signed(
            @JsonProperty("keyid") String keyid,
            @JsonProperty("sig") String sig) {}

    /** A document that cannot be believed. */
    public static final class DenylistRefusedException extends Exception {
        DenylistRefusedException(String message) {
            super(message);
        }

        DenylistRefusedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The envelope, signed with vault-service's statement key. */
    public byte[] sign(Credential signing) {
        byte[] payload = MAPPER.writeValueAsBytes(this);
        Base64.Encoder base64 = Base64.getEncoder();
        try {
            List<String> certificates = new ArrayList<>();
            for (X509Certificate certificate : signing.chain()) {
                certificates.add(base64.encodeToString(certificate.getEncoded()));
            }
            return MAPPER.writeValueAsBytes(new Envelope(
                    base64.encodeToString(payload),
                    PAYLOAD_TYPE,
                    List.of(new Signed(
                            Digest.of(signing.leaf().getPublicKey().getEncoded())
                                    .hex(),
                            base64.encodeToString(Ed25519.sign(signing.key(), preAuthenticationEncoding(payload))))),
                    certificates));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the statement key cannot sign", e);
        }
    }

    /**
     * Reads and verifies an envelope.
     *
     * @throws DenylistRefusedException when vault-service of this fleet has not said it
     */
    public static DenylistDocument verify(byte[] encoded, TrustRoots trust, Instant now)
            throws DenylistRefusedException {
        try {
            Envelope envelope = MAPPER.readValue(encoded, Envelope.class);
            if (!PAYLOAD_TYPE.equals(envelope.payloadType())
                    || envelope.signatures().size() != 1) {
                throw new DenylistRefusedException("not a signed denylist");
            }
            Base64.Decoder base64 = Base64.getDecoder();
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> chain = new ArrayList<>();
            for (String certificate : envelope.certificates()) {
                chain.add((X509Certificate)
                        factory.generateCertificate(new ByteArrayInputStream(base64.decode(certificate))));
            }
            if (!X509Svid.verify(chain, trust.signingRoots(), trust.trustDomain(), now)
                    .isService("vault-service")) {
                throw new DenylistRefusedException("signed by another than vault-service");
            }
            byte[] payload = base64.decode(envelope.payload());
            if (!Ed25519.verify(
                    chain.getFirst().getPublicKey(),
                    preAuthenticationEncoding(payload),
                    base64.decode(envelope.signatures().getFirst().sig()))) {
                throw new DenylistRefusedException("the signature does not verify");
            }
            DenylistDocument document = MAPPER.readValue(payload, DenylistDocument.class);
            if (!document.fleetId().equals(trust.fleetId())) {
                throw new DenylistRefusedException("the denylist of another fleet");
            }
            return document;
        } catch (JacksonException | IllegalArgumentException | IdentityException | GeneralSecurityException e) {
            throw new DenylistRefusedException("not a denylist of this fleet: " + e.getMessage(), e);
        }
    }

    /** DSSE v1.0, PAE. */
    private static byte[] preAuthenticationEncoding(byte[] payload) {
        byte[] head = ("DSSEv1 " + PAYLOAD_TYPE.length() + " " + PAYLOAD_TYPE + " " + payload.length + " ")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + payload.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(payload, 0, all, head.length, payload.length);
        return all;
    }
}
