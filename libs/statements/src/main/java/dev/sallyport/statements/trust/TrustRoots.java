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
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The content of {@code trust.json}: what every part of one fleet pins. It holds no secret.
 *
 * <p>The roots of the founding are step 0. Each later step is signed by a root of the one before; see the package {@code step}.
 *
 * @param version format version: 1 for the founding's, 2 for every later step
 * @param fleetId the fleet's random id, part of every statement
 * @param trustDomain the SPIFFE trust domain of every certificate
 * @param tlsCas root certificates (PEM) that TLS leaves chain to
 * @param signingCas root certificates (PEM) that statement signers' certificates chain to
 * @param logKeys verifier keys (signed-note {@code vkey} strings) of the ledger's checkpoints
 * @param step how many steps lie between the founding and these roots
 * @param pastTlsCas issuing certificates (PEM) below TLS roots that have been retired. They vouch for what devices signed
 *     on statements, and for no connection
 * @param pastSigningCas issuing certificates (PEM) below signing roots that have been retired. Statements chain to them
 * @param retiredCas root certificates (PEM) that have been retired, to recognise older roots by; nothing chains to them
 */
public record TrustRoots(
        @JsonProperty("v") int version,
        @JsonProperty("fleet_id") String fleetId,
        @JsonProperty("trust_domain") String trustDomain,
        @JsonProperty("tls_cas") List<String> tlsCas,
        @JsonProperty("signing_cas") List<String> signingCas,
        @JsonProperty("log_keys") List<String> logKeys,
        @JsonProperty("step") int step,
        @JsonProperty("past_tls_cas") List<String> pastTlsCas,
        @JsonProperty("past_signing_cas") List<String> pastSigningCas,
        @JsonProperty("retired_cas") List<String> retiredCas) {
    /** Format of the founding's roots. */
    public static final int FOUNDING = 1;

    /** Format of the roots of a later step. */
    public static final int LATER = 2;

    private static final List<String> LATER_ONLY = List.of("step", "past_tls_cas", "past_signing_cas", "retired_cas");

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    /** Copies the lists and refuses another version with {@link IllegalArgumentException}. */
    public TrustRoots {
        if (version != FOUNDING && version != LATER) {
            throw new IllegalArgumentException(
                    "trust.json of version " + version + " is not known here; this is for 1 and 2");
        }
        if (step < 0 || (step == 0) != (version == FOUNDING)) {
            throw new IllegalArgumentException("trust.json of version 1 is of step 0, and only that");
        }
        tlsCas = List.copyOf(tlsCas);
        signingCas = List.copyOf(signingCas);
        logKeys = List.copyOf(logKeys);
        pastTlsCas = List.copyOf(pastTlsCas);
        pastSigningCas = List.copyOf(pastSigningCas);
        retiredCas = List.copyOf(retiredCas);
        if (version == FOUNDING && !(pastTlsCas.isEmpty() && pastSigningCas.isEmpty() && retiredCas.isEmpty())) {
            throw new IllegalArgumentException("trust.json of version 1 has no retired roots");
        }
    }

    /** The roots of a founding, step 0. */
    public TrustRoots(
            int version,
            String fleetId,
            String trustDomain,
            List<String> tlsCas,
            List<String> signingCas,
            List<String> logKeys) {
        this(version, fleetId, trustDomain, tlsCas, signingCas, logKeys, 0, List.of(), List.of(), List.of());
    }

    /** Reads a {@code trust.json}; {@link IllegalArgumentException} says what is wrong with it. */
    public static TrustRoots parse(byte[] json) {
        try {
            if (!(MAPPER.readTree(json) instanceof ObjectNode object)) {
                throw new IllegalArgumentException("not a trust.json: it is no object");
            }
            return ofTree(object);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a trust.json: " + e.getOriginalMessage(), e);
        }
    }

    /** Reads the JSON form as a tree; {@link IllegalArgumentException} says what is wrong with it. */
    public static TrustRoots ofTree(ObjectNode json) {
        ObjectNode whole = json.deepCopy();
        if (whole.path("v").asInt(0) == FOUNDING && LATER_ONLY.stream().noneMatch(whole::has)) {
            whole.put("step", 0).putArray("past_tls_cas");
            whole.putArray("past_signing_cas");
            whole.putArray("retired_cas");
        }
        try {
            return MAPPER.treeToValue(whole, TrustRoots.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a trust.json: " + e.getOriginalMessage(), e);
        }
    }

    /** The JSON form as a tree. */
    public ObjectNode toTree() {
        ObjectNode tree = MAPPER.valueToTree(this);
        if (version == FOUNDING) {
            tree.remove(LATER_ONLY);
        }
        return tree;
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
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(toTree());
    }

    /** The pinned signing roots as certificates. */
    public List<X509Certificate> signingRoots() {
        return certificates(signingCas);
    }

    /** The pinned TLS roots as certificates. */
    public List<X509Certificate> tlsRoots() {
        return certificates(tlsCas);
    }

    /** Whether older or present roots of the same fleet name nothing that is not known here. */
    public boolean knows(TrustRoots other) {
        return other.fleetId().equals(fleetId)
                && other.trustDomain().equals(trustDomain)
                && Stream.concat(tlsCas.stream(), retiredCas.stream()).toList().containsAll(other.tlsCas())
                && Stream.concat(signingCas.stream(), retiredCas.stream())
                        .toList()
                        .containsAll(other.signingCas())
                && logKeys.containsAll(other.logKeys())
                && pastTlsCas.containsAll(other.pastTlsCas())
                && pastSigningCas.containsAll(other.pastSigningCas())
                && retiredCas.containsAll(other.retiredCas());
    }

    /** What statements' signers may chain to: the pinned signing roots, and issuing certificates below retired ones. */
    public List<X509Certificate> everSigning() {
        return Stream.concat(signingRoots().stream(), certificates(pastSigningCas).stream())
                .toList();
    }

    /** The same for TLS, for looking back only: no connection is trusted by it. */
    public List<X509Certificate> everTls() {
        return Stream.concat(tlsRoots().stream(), certificates(pastTlsCas).stream())
                .toList();
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
