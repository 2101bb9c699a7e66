package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.CommandRun.Result;
import dev.sallyport.cli.verify.SampleFleet;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a real server that speaks the contract: what is sent, what is printed, how it ends. */
class CommandsOverHttpTest {
    private static final String ID = "01JD0000000000000000000001";
    private static final String TOKEN = "sp_agt_" + "a".repeat(43) + "_000000";
    private static final String DONE = "{\"proposal_id\":\"" + ID
            + "\",\"tool\":\"process.run\",\"state\":{\"phase\":\"done\",\"outcome\":\"succeeded\",\"code\":\"OK\"},"
            + "\"decision\":{\"outcome\":\"allow\",\"code\":\"ALLOWED\",\"rules\":[\"baseline.tool-execute\"],\"explanation\":{}},"
            + "\"result\":{\"exit_code\":0,\"stdout\":\"Linux\\n\",\"stdout_encoding\":\"utf-8\",\"stdout_truncated\":false,"
            + "\"stderr\":\"\",\"tier\":\"C\",\"value\":{}},\"ledger\":{\"case\":\"http://localhost:8084/v1/cases/" + ID
            + "\"}}";

    @TempDir
    private static Path shared;

    private static SampleFleet fleet;

    @TempDir
    private Path home;

    private StandInService service;

    @BeforeAll
    static void foundFleet() {
        fleet = new SampleFleet(shared.resolve("fleet"));
    }

    @BeforeEach
    void start() throws IOException {
        service = StandInService.plain();
    }

    @AfterEach
    void stop() {
        service.close();
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
                        + "\"rules\":[{\"id\":\"baseline.x\"}],\"explanation\":{\"to_allow\":[\"allowlist the tool\"]}}}");
        Result result = run("proposals", "submit", "x");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("deny (NOT_ALLOWLISTED) by baseline.x", "allowlist the tool");
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
    void refusalsHaveTheirExitCodes() {
        service.on("GET /v1/proposals/a", 403, problem(403, "PERMISSION_MISSING", "ask an admin"));
        service.on("GET /v1/proposals/b", 404, problem(404, "NOT_FOUND", ""));
        service.on("GET /v1/proposals/c", 503, problem(503, "VAULT_SEALED", "unseal it"));
        service.on("GET /v1/proposals/d", 429, problem(429, "RATE_LIMITED", ""));
        service.on("GET /v1/proposals/e", 400, problem(400, "MALFORMED", ""));
        service.on("GET /v1/proposals/f", 200, "not json");
        Result forbidden = run("proposals", "get", "a");
        assertThat(forbidden.exit()).isEqualTo(4);
        assertThat(forbidden.err()).contains("PERMISSION_MISSING", "ask an admin");
        assertThat(run("proposals", "get", "b").exit()).isEqualTo(5);
        assertThat(run("proposals", "get", "c").exit()).isEqualTo(7);
        assertThat(run("proposals", "get", "d").exit()).isEqualTo(7);
        assertThat(run("proposals", "get", "e").exit()).isEqualTo(2);
        assertThat(run("proposals", "get", "f").exit()).isEqualTo(7);
    }

    @Test
    void fieldErrorsAreShown() {
        service.on(
                "POST /v1/proposals",
                400,
                "{\"title\":\"The request is wrong\",\"status\":400,\"code\":\"INVALID_ARGUMENTS\","
                        + "\"errors\":[{\"field\":\"/arguments/args\",\"detail\":\"must be an array\"}]}");
        Result result = run("proposals", "submit", "x");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("/arguments/args: must be an array");
    }

    @Test
    void errorsAreJsonTooWhenAskedFor() {
        service.on("GET /v1/proposals/a", 403, problem(403, "PERMISSION_MISSING", "ask an admin"));
        Result result = run("proposals", "get", "a", "-o", "json");
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("\"exit_code\" : 4", "\"code\" : \"PERMISSION_MISSING\"");
    }

    @Test
    void aServiceThatIsNotThereEndsWithThree() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Result result = command().of("tools", "list", "--url", "http://localhost:" + port);
        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("cannot reach http://localhost:" + port);
    }

    @Test
    void aTokenIsNotSentOverPlainHttpToAnotherMachine() {
        Result result = command().of("tools", "list", "--url", "http://sallyport.example");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("not sent over plain HTTP");
    }

    @Test
    void whatIsNoTokenIsNotSentAnywhere() {
        Result result = new CommandRun(home)
                .with("SALLYPORT_TOKEN", "hunter2")
                .of("tools", "list", "--url", service.url().toString());
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).doesNotContain("hunter2");
        assertThat(service.asked()).isEmpty();
    }

    @Test
    void anUnknownOptionAndAMissingCommandAreUsageErrors() {
        assertThat(command().of("proposals", "submit", "--nonsense").exit()).isEqualTo(2);
        assertThat(command().of("proposals").exit()).isEqualTo(2);
        assertThat(command().of().exit()).isEqualTo(2);
        assertThat(command().of("--help").exit()).isZero();
    }

    @Test
    void theHelpNamesEveryExitCodeAndTheQuickStart() {
        Result result = command().of("--help");
        assertThat(result.out()).contains("Exit codes:", "cannot be reached", "Quick start", "SALLYPORT_HOME");
    }

    @Test
    void anApprovalIsShownAskedForAndSentWithTheDigestOfWhatWasShown() {
        service.on("GET /v1/approvals/A", 200, approval());
        service.on("POST /v1/approvals/A:approve", 200, approval());
        Result result = command().input("yes\n").of(options("approvals", "approve", "A", "--reason", "fine"));
        assertThat(result.exit()).isZero();
        assertThat(result.err()).contains("Run the program cp", "Approve this once?");
        assertThat(service.asked().getLast().body())
                .isEqualTo("{\"prompt_digest\":\"" + promptDigest() + "\",\"scope\":\"once\",\"reason\":\"fine\"}");
    }

    @Test
    void anythingButYesApprovesNothing() {
        service.on("GET /v1/approvals/A", 200, approval());
        assertThat(command()
                        .input("y\n")
                        .of(options("approvals", "approve", "A"))
                        .exit())
                .isEqualTo(1);
        assertThat(command().input("").of(options("approvals", "approve", "A")).exit())
                .isEqualTo(1);
        assertThat(service.asked()).extracting(StandInService.Asked::method).containsOnly("GET");
    }

    @Test
    void aPromptThatIsNotTheOneOfItsDigestIsNotAnswered() {
        service.on("GET /v1/approvals/A", 200, approval().replace("prompt_salt", "another"));
        assertThat(run("approvals", "approve", "A", "--yes").exit()).isEqualTo(2);
        service.on("GET /v1/approvals/A", 200, approval().replace("with 2 arguments", "with 1 argument"));
        assertThat(run("approvals", "approve", "A", "--yes").exit()).isEqualTo(2);
        assertThat(run("approvals", "deny", "A").exit()).isEqualTo(2);
        assertThat(run("approvals", "show", "A").exit()).isEqualTo(1);
        assertThat(service.asked()).extracting(StandInService.Asked::method).containsOnly("GET");
    }

    @Test
    void anotherPromptThanTheOneSeenBeforeIsNotApproved() {
        service.on("GET /v1/approvals/A", 200, approval());
        service.on("POST /v1/approvals/A:approve", 200, approval());
        assertThat(run("approvals", "approve", "A", "--prompt-digest", "0".repeat(64))
                        .exit())
                .isEqualTo(2);
        assertThat(run("approvals", "approve", "A", "--prompt-digest", promptDigest())
                        .exit())
                .isZero();
    }

    @Test
    void anAnswerThatComesTooLateEndsWithSix() {
        service.on("GET /v1/approvals/A", 200, approval());
        service.on("POST /v1/approvals/A:deny", 409, problem(409, "ALREADY_RESOLVED", ""));
        assertThat(run("approvals", "deny", "A").exit()).isEqualTo(6);
    }

    @Test
    void theQueueIsListedWithHostileTextMadeVisible() {
        service.on(
                "GET /v1/approvals",
                200,
                "{\"items\":[{\"approval_id\":\"A\",\"state\":\"pending\",\"risk\":\"medium\",\"tool\":\"x\","
                        + "\"principal\":\"agent:demo\",\"summary\":\"a\\u001b]0;pwn\\u0007b\\nc\"}]}");
        Result result = run("approvals", "list");
        assertThat(result.out()).contains("a\\u{1B}]0;pwn\\u{7}b\\nc");
        assertThat(result.out().lines()).hasSize(2);
    }

    @Test
    void changesOfTheQueueAreWatched() {
        service.on(
                "GET /v1/approvals/events",
                200,
                "text/event-stream",
                ": hello\n\nevent: approval\ndata: {\"approval_id\":\"A\",\"state\":\"pending\",\"tool\":\"x\"}\n\n"
                        .getBytes(StandardCharsets.UTF_8));
        Result result = run("approvals", "watch", "--count", "1");
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("A  pending  x");
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
    void aSecretGoesInFromStandardInputAndNowhereElse() {
        service.on("PUT /v1/secrets/db", 200, "{\"name\":\"db\",\"version\":1,\"reference\":\"vault://w/db\"}");
        Result result = command().input("s3cret\n").of(options("vault", "put", "db", "--host", "db.example"));
        assertThat(result.exit()).isZero();
        assertThat(service.asked().getFirst().body()).isEqualTo("s3cret\n");
        assertThat(service.asked().getFirst().headers()).containsEntry("sallyport-secret-hosts", "db.example");
        assertThat(result.out() + result.err()).doesNotContain("s3cret");
    }

    @Test
    void anEmptyOrTooLongSecretIsNotSent() {
        assertThat(command().input("").of(options("vault", "put", "db")).exit()).isEqualTo(2);
        assertThat(command()
                        .input("x".repeat(64 * 1024 + 1))
                        .of(options("vault", "put", "db"))
                        .exit())
                .isEqualTo(2);
        assertThat(service.asked()).isEmpty();
    }

    @Test
    void aVaultWithARowThatDoesNotOpenEndsWithOne() {
        service.on("POST /v1/vault/verify", 200, "{\"checked\":3,\"failed\":1}");
        assertThat(run("vault", "verify").exit()).isEqualTo(1);
    }

    @Test
    void theVaultIsSealedUnsealedAndItsRingRotated() {
        for (String act : List.of("seal", "unseal", "rotate")) {
            service.on("POST /v1/vault/" + act, 200, "{\"state\":\"after-" + act + "\",\"terms\":[{\"term\":1}]}");
            Result result = run("vault", act);
            assertThat(result.exit()).isZero();
            assertThat(result.out()).contains("after-" + act);
        }
    }

    @Test
    void unsealingIsNotForEverybody() {
        service.on("POST /v1/vault/unseal", 403, problem(403, "PERMISSION_MISSING", "no"));
        assertThat(run("vault", "unseal").exit()).isNotZero();
    }

    @Test
    void aTokenIsSavedForItsOwnerAloneAndNotPrinted() throws IOException {
        service.on(
                "POST /v1/tokens",
                201,
                "{\"token_id\":\"T\",\"token\":\"" + TOKEN + "\",\"principal\":\"agent:demo\",\"expires_at\":\"x\"}");
        Path file = home.resolve("demo.token");
        Result result = run("tokens", "create", "--kind", "agent", "--name", "demo", "--save", file.toString());
        assertThat(result.exit()).isZero();
        assertThat(result.out()).doesNotContain(TOKEN).contains("agent:demo");
        assertThat(Files.readString(file)).isEqualTo(TOKEN + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(run("tokens", "create", "--kind", "agent", "--name", "demo", "--save", file.toString())
                        .exit())
                .isEqualTo(2);
        assertThat(service.asked()).hasSize(1);
    }

    @Test
    void anIdentitySpeaksMutualTlsToTheRightServiceOnly() throws IOException, GeneralSecurityException {
        try (StandInService policy = StandInService.internal(fleet, "policy-service");
                StandInService impostor = StandInService.internal(fleet, "approval-service")) {
            policy.on("GET /v1/tools", 200, "{\"items\":[{\"name\":\"echo\",\"version\":\"1\"}]}");
            impostor.on("GET /v1/tools", 200, "{\"items\":[]}");
            Result result = identity("tools", "list", "--url", policy.url().toString());
            assertThat(result.exit()).as(result.err()).isZero();
            assertThat(result.out()).contains("echo");
            assertThat(policy.asked().getFirst().client()).contains("/device/owner");
            Result fooled = identity("tools", "list", "--url", impostor.url().toString());
            assertThat(fooled.exit()).isEqualTo(3);
            assertThat(fooled.err()).contains("/service/policy-service");
            assertThat(impostor.asked()).isEmpty();
        }
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

    @Test
    void aFreezeIsToldToBothAndSaysIfOneDidNotHear() throws IOException, GeneralSecurityException {
        try (StandInService policy = StandInService.internal(fleet, "policy-service");
                StandInService control = StandInService.internal(fleet, "executor-service")) {
            policy.on("POST /v1/freeze", 200, "{\"frozen\":true}");
            control.on("POST /v1/freeze", 200, "{\"frozen\":true}");
            Path config = home.resolve("cli.json");
            Files.writeString(config, config(policy, control));
            Result both = new CommandRun(home).of("freeze", "principal", "agent:demo", "--config", config.toString());
            assertThat(both.exit()).as(both.err()).isZero();
            assertThat(control.asked().getFirst().body()).isEqualTo("{\"scope\":\"principal\",\"id\":\"agent:demo\"}");
            policy.vanish();
            Result half =
                    new CommandRun(home).with("SALLYPORT_HOME", home.toString()).of("freeze");
            assertThat(half.exit()).isEqualTo(7);
            assertThat(half.out()).contains("1 of 2");
        }
    }

    @Test
    void initMakesALinkWhoseTokenStaysInTheFragment() throws IOException, GeneralSecurityException {
        try (StandInService policy = StandInService.internal(fleet, "policy-service");
                StandInService control = StandInService.internal(fleet, "executor-service")) {
            policy.on(
                    "POST /v1/bootstrap",
                    200,
                    "{\"workspace_id\":\"W\",\"principal\":\"person:owner\",\"sign_in_token\":\"sp_one\"}");
            Files.writeString(home.resolve("cli.json"), config(policy, control));
            Result result =
                    new CommandRun(home).with("SALLYPORT_HOME", home.toString()).of("init", "--write-config");
            assertThat(result.exit()).as(result.err()).isZero();
            assertThat(result.out()).contains("http://localhost:1/console/sign-in#sp_one");
            Result elsewhere = new CommandRun(home)
                    .with("SALLYPORT_HOME", home.toString())
                    .with("SALLYPORT_CONSOLE_URL", "https://localhost:18082")
                    .of("init");
            assertThat(elsewhere.out()).contains(" https://localhost:18082/console/sign-in#sp_one");
            Result wrong = new CommandRun(home)
                    .with("SALLYPORT_HOME", home.toString())
                    .with("SALLYPORT_CONSOLE_URL", "localhost:18082")
                    .of("init");
            assertThat(wrong.exit()).isEqualTo(2);
            assertThat(wrong.err()).contains("SALLYPORT_CONSOLE_URL");
            policy.on("GET /v1/tools", 200, "[]");
            assertThat(new CommandRun(home).of("tools", "list").out()).contains("no tools");
        }
    }

    @Test
    void aWrongConfigurationIsNamed() throws IOException {
        Path config = home.resolve("wrong.json");
        Files.writeString(config, "{\"v\":1,\"polcy\":{}}");
        Result result = new CommandRun(home).of("tools", "list", "--config", config.toString());
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("unknown field polcy");
        assertThat(new CommandRun(home).of("tools", "list").err()).contains("SALLYPORT_HOME");
    }

    @Test
    void doctorSaysWhatDoesNotAnswer() {
        service.on("GET /v1/tools", 200, "{\"items\":[{},{}]}");
        service.on("GET /v1/freeze", 200, "{\"freezes\":[{\"scope\":\"fleet\"}]}");
        service.on("GET /v1/approvals", 200, "{\"items\":[]}");
        service.on("GET /v1/nodes", 200, "{\"nodes\":[{\"name\":\"node-1\",\"tiers\":[\"C\"]}]}");
        service.on("GET /checkpoint", 200, "text/plain", "x/log\n7\nroot\n".getBytes(StandardCharsets.UTF_8));
        service.on("GET /v1/vault/status", 503, problem(503, "VAULT_SEALED", "unseal it"));
        Result result = run("doctor");
        assertThat(result.exit()).isEqualTo(7);
        assertThat(result.out()).contains("2 tools", "FROZEN: fleet", "node-1 [C]", "7 leaves", "VAULT_SEALED");
    }

    private CommandRun command() {
        return new CommandRun(home).with("SALLYPORT_TOKEN", TOKEN);
    }

    private Result run(String... arguments) {
        return command().of(options(arguments));
    }

    private Result identity(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--identity";
        all[arguments.length + 1] = fleet.identity("owner").toString();
        return new CommandRun(home).of(all);
    }

    private String[] options(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--url";
        all[arguments.length + 1] = service.url().toString();
        return all;
    }

    private String config(StandInService policy, StandInService control) {
        return "{\"v\":1,\"services\":{\"policy\":{\"internal\":\"" + policy.url() + "\"},\"approval\":{\"public\":"
                + "\"http://localhost:1\"},\"executor\":{\"internal\":\"" + control.url() + "\"}},\"identity\":\""
                + fleet.identity("owner") + "\",\"trust\":\"" + fleet.trustFile() + "\"}";
    }

    private static String open() {
        return "{\"proposal_id\":\"" + ID + "\",\"tool\":\"echo\",\"state\":{\"phase\":\"approve\"},"
                + "\"approval\":{\"approval_id\":\"01JD0000000000000000000002\",\"expires_at\":\"2026-11-21T10:00:00.000Z\"}}";
    }

    private static final String PROMPT = "{\"arguments\":{\"executable\":\"cp\"},\"capabilities\":[\"process_exec\"],"
            + "\"channel\":\"api\",\"principal\":\"agent:demo\",\"risk\":{\"level\":\"medium\",\"rule\":\"r\"},\"rules\":"
            + "[{\"id\":\"r\",\"reason\":\"sensitive\"}],\"run\":\"r1\",\"sandbox\":{\"egress\":\"strict\",\"hosts\":[],"
            + "\"limits\":{},\"tier\":\"C\"},\"secrets\":[],\"session\":\"s1\",\"summary\":"
            + "\"Run the program cp with 2 arguments\",\"tool\":\"process.run\",\"tool_version\":\"1\",\"v\":1}";

    private static final String SALT = "0123456789abcdef0123456789abcdef";

    private static String promptDigest() {
        return Digest.of((SALT + PROMPT).getBytes(StandardCharsets.UTF_8)).hex();
    }

    private static String approval() {
        return "{\"approval_id\":\"A\",\"proposal_id\":\"" + ID + "\",\"state\":\"pending\",\"prompt\":" + PROMPT
                + ",\"prompt_salt\":\""
                + Base64.getEncoder().encodeToString(SALT.getBytes(StandardCharsets.UTF_8))
                + "\",\"prompt_digest\":\"" + promptDigest() + "\",\"obligations\":{\"approver_role\":\"operator\","
                + "\"quorum\":1,\"assurance\":\"session\",\"four_eyes\":false},\"resolutions\":[]}";
    }

    private static String problem(int status, String code, String detail) {
        return "{\"type\":\"about:blank\",\"title\":\"No\",\"status\":" + status + ",\"code\":\"" + code
                + "\",\"detail\":\"" + detail + "\"}";
    }
}
