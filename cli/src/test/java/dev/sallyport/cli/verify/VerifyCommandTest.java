package dev.sallyport.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun;
import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.SampleFleet;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.statements.sample.SampleTerms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class VerifyCommandTest {
    @TempDir
    private static Path home;

    private static SampleFleet fleet;
    private static Path bundle;

    @BeforeAll
    static void makeABundle() throws IOException {
        fleet = new SampleFleet(home.resolve("fleet"));
        bundle = home.resolve("case.sallyport.zip");
        Files.write(bundle, new SampleBundle(fleet, fleet.call(Outcome.APPROVAL_REQUIRED)).zip());
    }

    @Test
    void aGoodBundleEndsWithZeroAndNamesEveryClaim() {
        Result result = verify(bundle, "--trust", fleet.trustFile().toString());
        assertThat(result.exit()).as(result.out()).isZero();
        assertThat(result.out())
                .contains(
                        "PROVEN: every claim holds.",
                        "measured by " + fleet.trustFile() + " of fleet " + fleet.fleetId(),
                        "agent:demo wants echo 1; policy asks a person",
                        "approved (APPROVED) by person:op (session, web)",
                        "/executor/default/node-1",
                        "call-ended         succeeded (OK)");
        for (Claim claim : Claim.values()) {
            assertThat(result.out()).contains("ok     " + claim.wire());
        }
        assertThat(result.err()).isEmpty();
    }

    @Test
    void theLogKeyAloneSuffices() {
        Result result = verify(bundle, "--log-key", fleet.trust().logKeys().getFirst());
        assertThat(result.exit()).as(result.out()).isZero();
        assertThat(result.out()).contains("note   trust");
    }

    @Test
    void theTrustFileOfTheConfigurationIsTheDefault() throws IOException {
        Path config = home.resolve("cli.json");
        Files.writeString(config, "{\"v\":1,\"trust\":\"fleet/trust.json\"}");
        assertThat(verify(bundle, "--config", config.toString()).exit()).isZero();
    }

    @Test
    void withoutAnythingToMeasureByNothingIsProven() {
        Result result = verify(bundle);
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("--trust FILE or --log-key VKEY");
    }

    @Test
    void jsonHasOneVerdictPerClaim() {
        Result result = verify(bundle, "--trust", fleet.trustFile().toString(), "--json");
        JsonNode document = Json.mapper().readTree(result.out());
        assertThat(document.path("proven").asBoolean(false)).isTrue();
        assertThat(document.path("proposal_id").asString()).isEqualTo(SampleFleet.CALL);
        assertThat(document.at("/story/6/text").asString()).isEqualTo("succeeded (OK)");
        assertThat(document.path("claims")).hasSize(Claim.values().length);
        assertThat(document.path("claims"))
                .allSatisfy(claim -> assertThat(claim.path("status").asString()).isEqualTo("holds"));
    }

    @Test
    void aTamperedBundleEndsWithOneAndSaysWhere() throws IOException {
        SampleCall call =
                fleet.call(Outcome.ALLOW).editPredicate(SampleStep.PERMIT, p -> p.put("args_digest", "1".repeat(64)));
        Path tampered = home.resolve("tampered.zip");
        Files.write(tampered, new SampleBundle(fleet, call).zip());
        Result result = verify(tampered, "--trust", fleet.trustFile().toString());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("FAILS  permitted", "it permits other arguments", "NOT PROVEN");
    }

    @Test
    void anotherFleetsTrustIsSaidInOneSentenceAndNothingElse() {
        SampleFleet foreign = new SampleFleet(home.resolve("foreign"));
        Result result = verify(bundle, "--trust", foreign.trustFile().toString());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out())
                .contains("the bundle is of fleet " + fleet.fleetId() + ", and " + foreign.trustFile() + " is of fleet "
                        + foreign.fleetId())
                .contains("NOT PROVEN: nothing else was checked.")
                .doesNotContain("ok     ");
        assertThat(result.out().lines()).hasSizeLessThan(8);

        Result json = verify(bundle, "--trust", foreign.trustFile().toString(), "--json");
        JsonNode document = Json.mapper().readTree(json.out());
        assertThat(document.path("proven").asBoolean(true)).isFalse();
        assertThat(document.at("/measured_by/fleet_id").asString()).isEqualTo(foreign.fleetId());
        assertThat(document.path("claims"))
                .allSatisfy(claim -> assertThat(claim.path("status").asString()).isIn("fails", "unchecked"));
    }

    @Test
    void theApproversReasonIsTold() throws IOException {
        Detail reason = SampleTerms.detail("looks right to me");
        SampleCall call = fleet.call(Outcome.APPROVAL_REQUIRED)
                .editPredicate(
                        SampleStep.RESOLVED,
                        resolved -> ((ObjectNode) resolved.at("/answers/0"))
                                .putObject("reason")
                                .put("digest", reason.digest().hex())
                                .put("size", reason.ref().size()));
        Path withReason = home.resolve("reason.zip");
        Files.write(withReason, new SampleBundle(fleet, call).disclosing(reason).zip());
        Result result = verify(withReason, "--trust", fleet.trustFile().toString());
        assertThat(result.exit()).as(result.out()).isZero();
        assertThat(result.out()).contains("by person:op (session, web): \"looks right to me\"");

        Path without = home.resolve("without.zip");
        Files.write(without, new SampleBundle(fleet, call).zip());
        assertThat(verify(without, "--trust", fleet.trustFile().toString()).out())
                .contains("with a reason that is not disclosed here");
    }

    @Test
    void whatIsNoBundleEndsWithOne() throws IOException {
        Path file = home.resolve("none.zip");
        Files.writeString(file, "hello");
        Result result = verify(file, "--trust", fleet.trustFile().toString(), "--output", "json");
        assertThat(result.exit()).isEqualTo(1);
        JsonNode document = Json.mapper().readTree(result.out());
        assertThat(document.at("/claims/0/claim").asString()).isEqualTo("archive");
        assertThat(document.at("/claims/0/status").asString()).isEqualTo("fails");
        assertThat(document.at("/claims/1/status").asString()).isEqualTo("unchecked");
    }

    @Test
    void aFileThatIsNotThereOrATrustFileThatIsNoneIsAUsageError() throws IOException {
        assertThat(verify(
                                home.resolve("nowhere.zip"),
                                "--trust",
                                fleet.trustFile().toString())
                        .exit())
                .isEqualTo(2);
        Path wrong = home.resolve("wrong.json");
        Files.writeString(wrong, "{}");
        assertThat(verify(bundle, "--trust", wrong.toString()).exit()).isEqualTo(2);
        assertThat(verify(bundle, "--log-key", "nonsense").exit()).isEqualTo(2);
    }

    private static Result verify(Path file, String... options) {
        String[] arguments = new String[options.length + 2];
        arguments[0] = "verify";
        arguments[1] = file.toString();
        System.arraycopy(options, 0, arguments, 2, options.length);
        return new CommandRun(home).of(arguments);
    }
}
