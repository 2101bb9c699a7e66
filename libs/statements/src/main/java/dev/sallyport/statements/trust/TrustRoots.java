package dev.sallyport.statements.trust;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The content of {@code trust.json}: what every part of one fleet pins. It holds no secret.
 *
 * @param version format version, 1
 * @param fleetId the fleet's random id, part of every statement
 * @param trustDomain the SPIFFE trust domain of every certificate
 * @param tlsCas root certificates (PEM) that TLS leaves chain to
 * @param signingCas root certificates (PEM) that statement signers' certificates chain to
 * @param logKeys verifier keys (signed-note {@code vkey} strings) of the ledger's checkpoints
 */
public record TrustRoots(
        @JsonProperty("v") int version,
        @JsonProperty("fleet_id") String fleetId,
        @JsonProperty("trust_domain") String trustDomain,
        @JsonProperty("tls_cas") List<String> tlsCas,
        @JsonProperty("signing_cas") List<String> signingCas,
        @JsonProperty("log_keys") List<String> logKeys) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    /** Copies the lists and refuses another version with {@link IllegalArgumentException}. */
    public TrustRoots {
        if (version != 1) {
            throw new IllegalArgumentException(
                    "trust.json of version " + version + " is not known here; this is for 1");
        }
        tlsCas = List.copyOf(tlsCas);
        signingCas = List.copyOf(signingCas);
        logKeys = List.copyOf(logKeys);
    }

    /** Reads a {@code trust.json}; {@link IllegalArgumentException} says what is wrong with it. */
    public static TrustRoots parse(byte[] json) {
        try {
            TrustRoots roots = MAPPER.readValue(json, TrustRoots.class);
            if (roots == null) {
                throw new IllegalArgumentException("not a trust.json: it says null");
            }
            return roots;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a trust.json: " + e.getOriginalMessage(), e);
        }
    }

    /** Reads the file; {@link UncheckedIOException} when it cannot be read. */
    public static TrustRoots read(Path file) {
        try {
            return parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The JSON form. */
    public byte[] toJson() {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
    }

    /** The pinned signing roots as certificates. */
    public List<X509Certificate> signingRoots() {
        return certificates(signingCas);
    }

    /** The pinned TLS roots as certificates. */
    public List<X509Certificate> tlsRoots() {
        return certificates(tlsCas);
    }

    private static List<X509Certificate> certificates(List<String> pems) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> certificates = new ArrayList<>();
            for (String pem : pems) {
                certificates.add((X509Certificate)
                        factory.generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
            }
            return List.copyOf(certificates);
        } catch (CertificateException | IndexOutOfBoundsException e) {
            // What the JDK's parser throws at an Ed25519 key of no bytes is not declared.
            throw new IllegalArgumentException("trust.json holds something that is no certificate", e);
        }
    }
}
