package dev.sallyport.cli.proposals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import dev.sallyport.cli.harness.StandInService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;

/** Calls are proposed, followed and shown. */
class ProposalCommandsTest extends CommandsOverHttp {
    private static final String DONE = "{\"proposal_id\":\"" + ID
            + "\",\"tool\":\"process.run\",\"state\":{\"phase\":\"done\",\"outcome\":\"succeeded\",\"code\":\"OK\"},"
            + "\"decision\":{\"outcome\":\"allow\",\"code\":\"ALLOWED\",\"rules\":[\"baseline.tool-execute\"]},"
            + "\"result\":{\"exit_code\":0,\"stdout\":\"Linux\\n\","
            + "\"stderr\":\"\",\"tier\":\"C\",\"value\":{}},\"ledger\":{\"case\":\"http://localhost:8084/ledger/cases/"
            + ID
            + "\"}}";

    @Test
    void whatIsKeptOfAPrincipalsCallsIsErasedUntilNothingIsLeft() {
        service.on("POST /v1/proposals:erase", 200, "{\"erased\":1000,\"open\":2,\"more\":true}")
                .on("POST /v1/proposals:erase", 200, "{\"erased\":17,\"open\":1,\"more\":false}");
        Result result = run("proposals", "erase", "--principal", "agent:demo", "--reason", "asked for");
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).contains("1017", "1");
        assertThat(service.asked())
                .hasSize(2)
                .allSatisfy(asked ->
                        assertThat(asked.body()).isEqualTo("{\"principal\":\"agent:demo\",\"reason\":\"asked for\"}"));
        assertThat(run("proposals", "erase", "01JD", "--principal", "agent:demo", "--reason", "x")
                        .exit())
                .as("one or the other")
                .isEqualTo(2);
    }

    @Test
    void aCallIsProposedAndItsResultShown() {
        service.on("POST /v1/proposals", 201, DONE);
        Result result =
                run("proposals", "submit", "process.run", "--arg", "executable=uname", "--json-arg", "args=[\"-s\"]");
        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .contains("done: succeeded (OK)", "allow (ALLOWED) by baseline.tool-execute", "  | Linux");
        StandInService.Asked asked = service.asked().getFirst();
        assertThat(asked.body())
                .isEqualTo("{\"tool\":\"process.run\",\"arguments\":{\"executable\":\"uname\",\"args\":[\"-s\"]}}");
        assertThat(asked.headers())
                .containsEntry("authorization", "Bearer " + TOKEN)
                .containsEntry("prefer", "wait=30");
    }

    @Test
    void anOpenCallIsAskedForAgainUntilItsEnd() {
        service.on("POST /v1/proposals", 202, open());
        service.on("GET /v1/proposals/" + ID, 200, open());
        service.on("GET /v1/proposals/" + ID, 200, DONE);
        assertThat(run("proposals", "submit", "echo", "--arg", "text=x", "--wait", "60s")
                        .exit())
                .isZero();
        assertThat(service.asked())
                .extracting(StandInService.Asked::target)
                .contains("/v1/proposals/" + ID + "?wait=30");
    }

    @Test
    void aCallThatIsStillOpenEndsWithEight() {
        service.on("POST /v1/proposals", 202, open());
        Result result = run("proposals", "submit", "echo", "--arg", "text=x", "--wait", "0");
        assertThat(result.exit()).isEqualTo(8);
        assertThat(result.out()).contains("sallyport approvals show 01JD0000000000000000000002");
    }

    @Test
    void aDeniedCallEndsWithOneAndSaysWhatWouldAllowIt() {
        service.on(
                "POST /v1/proposals",
                201,
                "{\"proposal_id\":\"" + ID + "\",\"tool\":\"x\",\"state\":{\"phase\":\"done\",\"outcome\":\"denied\","
                        + "\"code\":\"NOT_ALLOWLISTED\"},\"decision\":{\"outcome\":\"deny\",\"code\":\"NOT_ALLOWLISTED\","
                        + "\"rules\":[\"baseline.x\"]},\"message\":\"The call was denied.\",\"to_allow\":[\"allowlist the tool\"]}");
        Result result = run("proposals", "submit", "x");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out())
                .contains("deny (NOT_ALLOWLISTED) by baseline.x", "The call was denied.", "allowlist the tool");
    }

    @Test
    void argumentsAreReadFromStandardInput() {
        service.on("POST /v1/proposals", 201, DONE);
        assertThat(command()
                        .input("{\"path\":\"a\"}")
                        .of(options("proposals", "submit", "fs.read", "--arguments", "-"))
                        .exit())
                .isZero();
        assertThat(service.asked().getFirst().body()).contains("\"arguments\":{\"path\":\"a\"}");
    }

    @Test
    void argumentsThatAreNoObjectAreAUsageError() {
        assertThat(command()
                        .input("[1]")
                        .of(options("proposals", "submit", "x", "--arguments", "-"))
                        .exit())
                .isEqualTo(2);
        assertThat(run("proposals", "submit", "x", "--json-arg", "a={").exit()).isEqualTo(2);
        assertThat(service.asked()).isEmpty();
    }

    @Test
    void jsonOutputIsTheServicesDocumentInAscii() {
        service.on("GET /v1/proposals/" + ID, 200, DONE.replace("Linux", "L\\u202enux"));
        Result result = run("proposals", "get", ID, "--output", "json");
        assertThat(result.out()).contains("\"proposal_id\"", "L\\u202Enux");
        assertThat(result.out().chars()).allMatch(c -> c < 0x7f);
    }

    @Test
    void aCallThatNobodyCanClaimSaysWhatItWaitsFor() {
        service.on("GET /v1/proposals/" + ID, 200, """
                {"proposal_id":"%s","tool":"process.run","state":{"phase":"queue","code":"NO_NODE_OFFERS_TIER"},
                 "waiting":{"code":"NO_NODE_OFFERS_TIER","pool":"default","tier":"B","message":"No node has it. Run doctor."}}
                """.formatted(ID));
        Result result = run("proposals", "get", ID);
        assertThat(result.exit()).isEqualTo(8);
        assertThat(result.out()).contains("queue (NO_NODE_OFFERS_TIER)", "waiting      No node has it. Run doctor.\n");
    }

    @Test
    void outputOfToolsCannotActOnTheTerminal() {
        service.on("GET /v1/proposals/" + ID, 200, DONE.replace("Linux\\n", "\\u001b[2J\\rspoof\\u009b\\n\\u202e"));
        Result result = run("proposals", "get", ID);
        assertThat(result.out()).contains("\\u{1B}[2J", "\\u{9B}", "\\u{202E}");
        assertThat(result.out().codePoints()).noneMatch(c -> Character.getType(c) == Character.FORMAT);
        assertThat(result.out().codePoints()).allMatch(c -> c == '\n' || !Character.isISOControl(c));
    }

    @Test
    void aCallIsWatchedToItsEnd() {
        service.on(
                "GET /v1/proposals/" + ID + "/events",
                200,
                "text/event-stream",
                ("data: " + open() + "\n\ndata: " + DONE + "\n\n").getBytes(StandardCharsets.UTF_8));
        service.on("GET /v1/proposals/" + ID, 200, DONE);
        Result result = run("proposals", "watch", ID);
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("approve", "done: succeeded (OK)");
    }

    @Test
    void aCallProposedWithACertificateComesOverTheCommandsOwnChannel() throws IOException, GeneralSecurityException {
        try (StandInService policy = StandInService.internal(fleet, "policy-service")) {
            policy.on("POST /v1/proposals", 201, DONE);
            String url = policy.url().toString();
            assertThat(identity("proposals", "submit", "echo", "--url", url).exit())
                    .isZero();
            assertThat(policy.asked().getLast().body()).contains("\"channel\":\"cli\"");
            assertThat(identity("proposals", "submit", "echo", "--channel", "api", "--url", url)
                            .exit())
                    .isZero();
            assertThat(policy.asked().getLast().body()).contains("\"channel\":\"api\"");
        }
    }

    private static String open() {
        return "{\"proposal_id\":\"" + ID + "\",\"tool\":\"echo\",\"state\":{\"phase\":\"approve\"},"
                + "\"approval\":{\"approval_id\":\"01JD0000000000000000000002\",\"expires_at\":\"2026-11-21T10:00:00.000Z\"}}";
    }
}
