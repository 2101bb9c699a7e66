package dev.sallyport.cli.approvals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.verify.SampleBundle;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.tlog.TlogException;
import dev.sallyport.tlog.TlogProof;
import dev.sallyport.tlog.VerifierKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is exported proves itself: each statement with its envelope, and that a log of the fleet has it. */
class ExportApprovalsTest extends CommandsOverHttp {
    private void exporting(String lines) {
        service.on("GET /v1/approvals:export", 200, "application/x-ndjson", lines.getBytes(StandardCharsets.UTF_8));
    }

    private Result export(Path file, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("approvals", "export", "--trust", fleet.trustFile().toString(), "--file", file.toString()));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private static String stated(SignedStatement statement) {
        return "{\"type\":\"x\",\"digest\":\"" + statement.digest().hex() + "\"}";
    }

    @Test
    void aLineProvesThatTheLedgerHasTheQuestionAndTheAnswer() throws IOException {
        SampleCall call = fleet.call(Outcome.APPROVAL_REQUIRED);
        SampleBundle log = new SampleBundle(fleet, call);
        for (String step : List.of("requested", "resolved")) {
            proving(statement(call, step), log, step);
        }
        SignedStatement unknown = statement(call, "permit");
        exporting("{\"approval\":{\"approval_id\":\"A\"},\"statements\":["
                + stated(statement(call, "requested")) + ","
                + stated(statement(call, "resolved")) + "]}\n"
                + "{\"approval\":{\"approval_id\":\"B\"},\"statements\":[" + stated(unknown) + "]}\n"
                + "{\"end\":true,\"lines\":2}\n");
        Path file = home.resolve("out.ndjson");

        Result result = export(file, "--from", "2026-11-01", "--json");

        assertThat(result.exit()).as(result.toString()).isZero();
        JsonNode told = Json.read(result.out().getBytes(StandardCharsets.UTF_8));
        assertThat(told.path("approvals").asInt()).isEqualTo(2);
        assertThat(told.path("not_in_the_ledger_yet").asInt()).isEqualTo(1);
        assertThat(service.asked().getFirst().target()).isEqualTo("/v1/approvals:export?from=2026-11-01");
        List<JsonNode> lines = Files.readAllLines(file).stream()
                .map(line -> Json.read(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
        assertThat(lines).hasSize(3);
        List<VerifierKey> keys =
                fleet.trust().logKeys().stream().map(VerifierKey::parse).toList();
        assertThat(lines.getFirst().path("statements")).hasSize(2).allSatisfy(statement -> {
            byte[] envelope = statement.at("/ledger/envelope").asString().getBytes(StandardCharsets.US_ASCII);
            TlogProof proof =
                    TlogProof.parse(statement.at("/ledger/proof").asString().getBytes(StandardCharsets.UTF_8));
            assertThat(proof.verify(envelope, keys).size()).isPositive();
            assertThat(proof.index()).isEqualTo(statement.at("/ledger/index").asLong());
            assertThat(payloadDigest(envelope))
                    .isEqualTo(statement.path("digest").asString());
            assertThatThrownBy(() -> proof.verify("{}".getBytes(StandardCharsets.US_ASCII), keys))
                    .isInstanceOf(TlogException.class);
        });
        assertThat(lines.get(1).at("/statements/0/ledger").isNull()).isTrue();
    }

    /** The ledger answers that it has the statement where it has this step of the call. */
    private void proving(SignedStatement statement, SampleBundle log, String step) {
        Map<String, byte[]> files = log.files();
        int index = log.index(step);
        service.on("GET /v1/proofs/" + statement.digest().hex(), 200, "text/plain", bytes(files, index, ".tlog-proof"));
        JsonNode entry = Json.mapper()
                .createObjectNode()
                .set(
                        "entry",
                        Json.mapper()
                                .createObjectNode()
                                .put("envelope", text(files, index, ".dsse.json"))
                                .put("certificates", text(files, index, ".pem")));
        service.on("GET /v1/entries/" + index, 200, entry.toString());
    }

    @Test
    void aProofOfAnotherStatementLeavesNoFile() {
        SampleCall call = fleet.call(Outcome.APPROVAL_REQUIRED);
        SampleBundle log = new SampleBundle(fleet, call);
        exporting("{\"approval\":{},\"statements\":[" + stated(statement(call, "resolved"))
                + "]}\n{\"end\":true,\"lines\":1}\n");
        Path file = home.resolve("lies.ndjson");
        // One after the other.
        proving(statement(call, "resolved"), log, "requested");
        proving(statement(call, "resolved"), log, "resolved");
        assertThat(export(file).err()).contains("another statement");
        assertThat(file).doesNotExist();

        Result control = export(file);
        assertThat(control.exit()).as("control: %s", control).isZero();
    }

    @Test
    void anAnsweredQuestionWithoutAStatedAnswerIsCounted() {
        exporting("""
                {"approval":{"state":"approved"},"statements":[]}
                {"approval":{"state":"pending"},"statements":[]}
                {"end":true,"lines":2}
                """);
        Result result = export(home.resolve("unstated.ndjson"), "--json");
        assertThat(Json.read(result.out().getBytes(StandardCharsets.UTF_8))
                        .path("ended_without_a_stated_answer")
                        .asInt())
                .isEqualTo(1);
    }

    private static String text(Map<String, byte[]> files, int index, String kind) {
        return new String(bytes(files, index, kind), StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(Map<String, byte[]> files, int index, String kind) {
        return Objects.requireNonNull(files.get("statements/" + index + kind));
    }

    private static SignedStatement statement(SampleCall call, String step) {
        return Objects.requireNonNull(call.statements().get(step));
    }

    private static String payloadDigest(byte[] envelope) {
        byte[] payload =
                Base64.getDecoder().decode(Json.read(envelope).path("payload").asString());
        return Digest.of(payload).hex();
    }

    @Test
    void anExportThatWasCutShortLeavesNoFile() {
        Path file = home.resolve("out.ndjson");
        exporting("{\"approval\":{},\"statements\":[]}\n");
        assertThat(export(file).exit()).isNotZero();
        assertThat(file).doesNotExist();

        exporting("{\"end\":true,\"lines\":1}\n");
        assertThat(export(file).exit()).isNotZero();
        assertThat(file).doesNotExist();
    }

    @Test
    void aFileIsNotOverwritten() throws IOException {
        Path file = home.resolve("out.ndjson");
        Files.writeString(file, "mine");
        exporting("{\"end\":true,\"lines\":0}\n");
        assertThat(export(file).exit()).isEqualTo(2);
        assertThat(file).hasContent("mine");

        assertThat(export(home.resolve("other.ndjson")).exit()).isZero();
    }
}
