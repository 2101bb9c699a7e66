package dev.sallyport.cli.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun;
import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.SampleFleet;
import dev.sallyport.cli.harness.StandInService;
import dev.sallyport.cli.output.Json;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class LedgerCommandsTest {
    private static final String ID = "01JD0000000000000000000001";
    private static final String ENTRY =
            "{\"index\":7,\"type\":\"audit/v1\",\"event\":\"call-ended\",\"proposal_id\":\"" + ID
                    + "\",\"principal\":\"agent:demo\",\"tool\":\"echo\",\"decision\":\"allow\",\"outcome\":\"succeeded\","
                    + "\"code\":\"OK\",\"issued_at\":\"2026-11-21T10:00:00.000Z\"}";

    private static final String ANSWER =
            "{\"index\":3,\"type\":\"approval-resolved/v1\",\"decision\":\"approved\",\"code\":\"APPROVED\","
                    + "\"approvers\":[\"person:owner\",\"person:other\"],\"issued_at\":\"2026-11-21T10:00:00.000Z\"}";

    @TempDir
    private Path home;

    private StandInService service;

    @BeforeEach
    void start() throws IOException {
        service = StandInService.plain();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void aNameThatNoEntryHasIsSaidToBePerhapsMisspelt() {
        service.on("GET /v1/entries", 200, "{\"checkpoint\":{\"size\":9},\"items\":[],\"unseen\":[\"rule\"]}");
        Result result = run("query", "--rule", "baseline.x");
        assertThat(result.out()).contains("There are no entries.");
        assertThat(result.err()).contains("no entry at all has this rule");
    }

    @Test
    void entriesAreListedWithTheCheckpointTheyWereReadAt() {
        service.on("GET /v1/entries", 200, "{\"checkpoint\":{\"size\":9},\"items\":[" + ENTRY + "],\"next\":\"7\"}");
        Result result = run("query", "--principal", "agent:demo", "--tool", "a b", "--limit", "1");
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("call-ended", "succeeded OK");
        assertThat(result.err()).contains("--after 7", "read at tree size 9");
        assertThat(service.asked().getFirst().target())
                .isEqualTo("/v1/entries?limit=1&principal=agent%3Ademo&tool=a%20b");
    }

    @Test
    void aCaseListsItsStatements() {
        service.on(
                "GET /v1/cases/" + ID,
                200,
                "{\"checkpoint\":{\"size\":9},\"statements\":[{\"entry\":" + ENTRY + ",\"statement\":{}}]}");
        assertThat(run("case", ID).out()).contains("7      2026-11-21T10:00:00.000Z  call-ended");
    }

    @Test
    void everyQuestionReachesTheLedger() {
        service.on("GET /v1/entries", 200, "{\"checkpoint\":{\"size\":9},\"indexed\":7,\"items\":[" + ANSWER + "]}");
        Result result = run(
                "query",
                "--approver",
                "person:owner",
                "--rule",
                "r",
                "--decision",
                "approved",
                "--code",
                "APPROVED",
                "--type",
                "approval-resolved",
                "--event",
                "e",
                "--from",
                "2026-11-27",
                "--to",
                "2026-11-28");
        assertThat(service.asked().getFirst().target())
                .isEqualTo("/v1/entries?approver=person%3Aowner&rule=r&decision=approved&code=APPROVED"
                        + "&type=approval-resolved&event=e&from=2026-11-27&to=2026-11-28");
        assertThat(result.out()).contains("BY", "approved APPROVED", "person:owner, person:other");
        assertThat(result.err()).contains("read at tree size 9, of which the newest 2 were not searched yet");
    }

    @Test
    void aCaseIsToldInTheOrderInWhichThingsHappened(@TempDir Path fleetHome) {
        tells(new SampleFleet(fleetHome).call(Outcome.APPROVAL_REQUIRED));

        assertThat(run("case", ID).out())
                .as("no skill ran")
                .doesNotContain("the skill")
                .containsSubsequence(
                        "proposed",
                        "agent:demo wants echo 1",
                        "asked",
                        "answered",
                        "by person:op",
                        "permitted",
                        "execution-started",
                        "executed",
                        "call-ended",
                        "succeeded (OK)");
        assertThat(run("case", ID, "--json").out()).contains("\"statement\"");
    }

    @Test
    void theCaseOfASkillsCallTellsWhoseItIsAndWhatItWasGranted(@TempDir Path fleetHome) {
        tells(new SampleFleet(fleetHome).call(Outcome.ALLOW).editPredicate(SampleStep.EXECUTED, executed -> {
            ((ObjectNode) executed.path("ran")).put("kind", "wasm");
            ArrayNode facts = (ArrayNode) executed.at("/sandbox/facts");
            List.of(
                            "fuel_used=815",
                            "skill=acme.fetch 1.0.0",
                            "publisher=ac\u202eme",
                            "asks_for=clock",
                            "asks_for=random")
                    .forEach(fact -> facts.addObject()
                            .put("name", fact.substring(0, fact.indexOf('=')))
                            .put("state", "enforced")
                            .put("value", fact.substring(fact.indexOf('=') + 1)));
        }));

        assertThat(run("case", ID).out())
                .containsSubsequence(
                        "the skill",
                        "Skill                      acme.fetch 1.0.0",
                        "Published by               ac",
                        "Its manifest asks for      clock",
                        "Its manifest asks for      random",
                        "Fuel used                  815",
                        "Module  ",
                        "what happened",
                        "proposed")
                .doesNotContain("\u202e");
    }

    /** The ledger's answer about a call, the statements in the opposite order. */
    private void tells(SampleCall call) {
        List<SignedStatement> statements = new ArrayList<>(call.statements().values()).reversed();
        ObjectNode answer = Json.mapper().createObjectNode();
        ArrayNode stated = answer.putArray("statements");
        statements.forEach(statement -> {
            ObjectNode one = stated.addObject();
            one.putObject("entry")
                    .put("index", stated.size())
                    .put("digest", statement.digest().hex());
            one.set("statement", Json.mapper().readTree(statement.envelope().payload()));
        });
        service.on("GET /v1/cases/" + ID, 200, Json.write(answer));
    }

    @Test
    void anExportIsANewFileOfItsOwnerAlone() throws IOException {
        service.on("GET /v1/cases/" + ID + "/bundle", 200, "application/zip", new byte[] {1, 2, 3});
        Path file = home.resolve("case.zip");
        assertThat(run("export", ID, "--file", file.toString()).exit()).isZero();
        assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(run("export", ID, "--file", file.toString()).exit()).isEqualTo(2);
    }

    @Test
    void anExportThatIsRefusedLeavesNoFile() {
        Path file = home.resolve("case.zip");
        assertThat(run("export", ID, "--file", file.toString()).exit()).isEqualTo(5);
        assertThat(file).doesNotExist();
        assertThat(run("export", "../../etc", "--file", file.toString()).exit()).isEqualTo(2);
    }

    private Result run(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "ledger";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[arguments.length + 1] = "--url";
        all[arguments.length + 2] = service.url().toString();
        return new CommandRun(home).of(all);
    }
}
