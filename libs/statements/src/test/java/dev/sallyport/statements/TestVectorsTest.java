package dev.sallyport.statements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.statements.approver.SignedAnswer;
import dev.sallyport.statements.dsse.Ed25519;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.predicate.ExecutionDigest;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The vectors published in docs/test-vectors are what this code computes. */
class TestVectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    private final JsonNode vectors = read();

    @Test
    void canonicalJson() throws JsonRefusedException {
        for (JsonNode vector : vectors.get("canonical_json")) {
            assertThat(new String(
                            CanonicalJson.write(
                                    CanonicalJson.read(utf8(vector.get("in").stringValue()), JsonRules.ARGUMENTS)),
                            StandardCharsets.UTF_8))
                    .isEqualTo(vector.get("out").stringValue());
        }
        for (JsonNode vector : vectors.get("refused_json")) {
            assertThatThrownBy(() -> CanonicalJson.read(utf8(vector.get("in").stringValue()), JsonRules.ARGUMENTS))
                    .isInstanceOfSatisfying(
                            JsonRefusedException.class,
                            refused -> assertThat(refused.reason().name())
                                    .isEqualTo(vector.get("reason").stringValue()));
        }
    }

    @Test
    void detail() {
        JsonNode vector = vectors.get("detail");
        Detail detail = Detail.ofBytes(HEX.parseHex(
                vector.get("salt").stringValue() + vector.get("content").stringValue()));
        assertThat(detail.ref())
                .isEqualTo(new DetailRef(
                        new Digest(vector.get("digest").stringValue()),
                        vector.get("size").longValue()));
    }

    @Test
    void requestHash() throws JsonRefusedException {
        JsonNode vector = vectors.get("request_hash");
        byte[] request = utf8(vector.get("request").stringValue());
        String salted = vector.get("salt").stringValue() + HEX.formatHex(request);
        assertThat(CanonicalJson.write(CanonicalJson.read(request, JsonRules.ARGUMENTS)))
                .isEqualTo(request);
        assertThat(Digest.of(HEX.parseHex(salted)).hex())
                .isEqualTo(vector.get("request_hash").stringValue());
    }

    @Test
    void envelope() throws GeneralSecurityException, IOException {
        JsonNode vector = vectors.get("envelope");
        byte[] seed = HEX.parseHex(vector.get("seed").stringValue());
        byte[] payload = utf8(vector.get("payload").stringValue());
        byte[] pae = Envelope.preAuthenticationEncoding(payload);
        assertThat(new String(pae, StandardCharsets.UTF_8))
                .isEqualTo(vector.get("pre_authentication_encoding").stringValue());
        PrivateKey key = KeyFactory.getInstance("Ed25519")
                .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
        byte[] spki = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(
                        new Ed25519PrivateKeyParameters(seed).generatePublicKey())
                .getEncoded();
        Envelope envelope = new Envelope(payload, Digest.of(spki), Ed25519.sign(key, pae));
        assertThat(envelope.toJsonText()).isEqualTo(vector.get("envelope").stringValue());
        assertThat(envelope.digest().hex()).isEqualTo(vector.get("digest").stringValue());
    }

    @Test
    void signedAnswer() {
        for (JsonNode vector : vectors.get("signed_answer")) {
            SignedAnswer answer = new SignedAnswer(
                    vector.get("approval_id").stringValue(),
                    new Digest(vector.get("proposal").stringValue()),
                    new Digest(vector.get("prompt").stringValue()),
                    vector.get("answer").stringValue(),
                    WireName.find(ApprovalScope.class, vector.get("scope").stringValue())
                            .orElseThrow(),
                    vector.has("uses")
                            ? new SignedAnswer.Further(
                                    Duration.ofMillis(vector.get("lasts_ms").longValue()),
                                    vector.get("uses").intValue(),
                                    new Digest(vector.get("pattern").stringValue()))
                            : null);
            assertThat(answer.challenge().hex())
                    .isEqualTo(vector.get("challenge").stringValue());
        }
    }

    @Test
    void proposal() {
        assertIsVector("proposal", proposal("echo", "1", new Digest("1".repeat(64))));
        assertIsVector("proposal_of_an_unknown_tool", proposal("rocket.launch", null, null));
    }

    private static Proposal proposal(String tool, @Nullable String version, @Nullable Digest digest) {
        return new Proposal(
                1,
                "fleet",
                "01JD0000000000000000000000",
                "01JD0000000000000000000001",
                "agent:demo",
                List.of("person:owner"),
                null,
                "api",
                "s1",
                "r1",
                tool,
                version,
                digest,
                null,
                new Digest("1".repeat(64)),
                List.of(),
                List.of("example.org"),
                Instant.parse("2026-11-21T10:00:00.120Z"));
    }

    private void assertIsVector(String name, Proposal proposal) {
        JsonNode vector = vectors.get(name);
        assertThat(new String(StatementJson.canonical(proposal), StandardCharsets.UTF_8))
                .isEqualTo(vector.get("canonical").stringValue());
        assertThat(proposal.subject().digest().hex())
                .isEqualTo(vector.get("digest").stringValue());
    }

    @Test
    void executionSha256() {
        JsonNode vector = vectors.get("execution_sha256");
        JsonNode output = vector.get("outputs").get(0);
        assertThat(ExecutionDigest.of(
                                digest(vector, "proposal"),
                                digest(vector, "permit"),
                                digest(vector, "ran"),
                                digest(vector, "args"),
                                CallOutcome.SUCCEEDED,
                                vector.get("exit_code").intValue(),
                                List.of(new ToolExecuted.Output(
                                        output.get("name").stringValue(),
                                        new DetailRef(digest(output, "digest"), 1),
                                        1,
                                        null,
                                        false,
                                        null)))
                        .hex())
                .isEqualTo(vector.get("digest").stringValue());
    }

    private static Digest digest(JsonNode node, String name) {
        return new Digest(node.get(name).stringValue());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode read() {
        Path repository = Path.of("").toAbsolutePath();
        while (!Files.exists(repository.resolve("docs/test-vectors/statements.json"))) {
            repository = java.util.Objects.requireNonNull(
                    repository.getParent(), "docs/test-vectors/statements.json not found");
        }
        try {
            return JsonMapper.shared()
                    .readTree(Files.readAllBytes(repository.resolve("docs/test-vectors/statements.json")));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
