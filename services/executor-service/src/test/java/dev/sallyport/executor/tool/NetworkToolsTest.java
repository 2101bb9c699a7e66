package dev.sallyport.executor.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.TestFolder;
import dev.sallyport.executor.TestNodeUser;
import dev.sallyport.executor.doctor.Doctor;
import dev.sallyport.executor.doctor.TestDoctor;
import dev.sallyport.executor.egress.EgressTerms;
import dev.sallyport.executor.egress.Gateway;
import dev.sallyport.executor.egress.TestServer;
import dev.sallyport.executor.egress.TestWire;
import dev.sallyport.executor.fleet.TestPackages;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.process.ExecutableStore;
import dev.sallyport.executor.process.InterpreterDenylist;
import dev.sallyport.executor.process.SandboxProcessRunnerPolicy;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.executor.skill.SkillModules;
import dev.sallyport.executor.workspace.Workspaces;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.PermittedProgram;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that reach hosts and have secrets, from their arguments to what is stated of them. */
class NetworkToolsTest {
    private static final Limits LIMITS = new Limits(20_000, 5_000, 512L << 20, 1 << 20, 32, 128, 1 << 20, 64L << 20);
    private static final String VALUE = "s3cret-value-of-a-key";
    private static final Digest SOME = Digest.of(new byte[0]);

    private final TestWire wire = new TestWire("example.com");
    private TestServer server;
    private Path workspace;
    private Toolbox toolbox;

    private static final Map<String, ?> CAT = Map.of("executable", "cat", "args", List.of("https://example.com/"));

    private EgressEnforcementMode mode = EgressEnforcementMode.STRICT;

    @BeforeEach
    void open() throws Exception {
        server = new TestServer(wire.as("example.com"), request -> TestServer.ok("you sent " + request));
        wire.names("example.com", TestWire.PUBLIC).leads(TestWire.PUBLIC, 443, server.port());
        build(EgressTerms.DEFAULT);
    }

    private void build(EgressTerms terms) throws Exception {
        Path state = TestFolder.named("network");
        ToolUser user = TestNodeUser.orNull();
        Doctor doctor = TestDoctor.of(state, Path.of("/usr/bin/bwrap"));
        assertThat(doctor.examine().offers(Tier.C)).isTrue();
        workspace = new Workspaces(Platform.current(), state.resolve("workspaces"), user).of("w", "p", "s");
        Gateway gateway = new Gateway(terms, wire, _ -> false, state.resolve("egress"), user, Clock.systemUTC());
        SandboxProcessRunnerPolicy policy = new SandboxProcessRunnerPolicy(
                new ExecutableStore(
                        Platform.current(),
                        Map.of(
                                "curl",
                                "/usr/bin/curl",
                                "cat",
                                "/usr/bin/cat",
                                "jq",
                                "/usr/bin/jq",
                                "tee",
                                "/usr/bin/tee"),
                        state.resolve("executables")),
                new InterpreterDenylist(List.of(Path.of("/usr/bin"))),
                Set.of());
        toolbox = new Toolbox(
                new BuiltInTools(Platform.current(), user, Clock.systemUTC()),
                new HttpFetchTool(gateway, Clock.systemUTC()),
                new ProcessRunTool(policy, _ -> doctor.proven().getFirst(), Platform.current(), gateway),
                new SkillTool(
                        new SkillModules(new TestPackages()), gateway, Platform.current(), user, Clock.systemUTC()));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private static SecretGrant grant(String delivery, String... hosts) {
        return new SecretGrant("vault://w/api-key", 2, delivery, List.of(hosts));
    }

    private ToolResult run(
            String tool,
            @Nullable String executable,
            Map<String, ?> arguments,
            List<String> hosts,
            SecretGrant... grants)
            throws Exception {
        RuntimeKind kind = executable == null ? RuntimeKind.BUILTIN : RuntimeKind.PROCESS;
        List<CallSecrets.Held> held = List.of(grants).stream()
                .map(grant -> new CallSecrets.Held(grant, VALUE.getBytes(UTF_8)))
                .toList();
        try (CallSecrets secrets = CallSecrets.of(held)) {
            return toolbox.start(new ToolCall(
                            new ToolCall.Origin("proposal", "w", "agent:a", null, SOME, Instant.EPOCH),
                            new ToolIdentity(kind, tool, "1", SOME),
                            ToolJson.MAPPER.valueToTree(arguments),
                            () -> workspace,
                            () -> {},
                            new ToolCall.Terms(
                                    executable,
                                    false,
                                    PermittedProgram.NONE,
                                    Tier.C,
                                    new Egress(mode, hosts),
                                    LIMITS,
                                    List.of(grants),
                                    null),
                            secrets))
                    .await();
        }
    }

    private static String output(ToolResult result, String name) {
        return result.outputs().stream()
                .filter(output -> output.name().equals(name))
                .map(output -> new String(output.kept(), UTF_8))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + result));
    }

    private static List<String> facts(ToolResult result, String name) {
        return ((ToolResult.Ended) result)
                .sandbox().facts().stream()
                        .filter(fact -> fact.name().equals(name))
                        .map((Fact fact) -> String.valueOf(fact.value()))
                        .toList();
    }

    @Test
    void fetchGivesTheResponseBackAndStatesTheHost() throws Exception {
        ToolResult result = run(
                "http.fetch", null, Map.of("url", "https://example.com/a?b", "max_bytes", 8), List.of("example.com"));

        assertThat(result.outcome()).isEqualTo(CallOutcome.SUCCEEDED);
        assertThat(output(result, "stdout")).isEqualTo("you sent");
        assertThat(output(result, "value"))
                .contains("\"status\":200", "\"media_type\":\"text/plain\"", "\"url\":\"https://example.com/a?b\"");
        assertThat(server.requests()).singleElement().asString().startsWith("GET /a?b HTTP/1.1\r\n");
        assertThat(facts(result, "host_reached")).singleElement().asString().startsWith("example.com at 93.184.216.34");
    }

    @Test
    void fetchThatIsNotLetThroughFailsAndStatesWhy() throws Exception {
        ToolResult result = run("http.fetch", null, Map.of("url", "https://other.example/"), List.of("example.com"));

        assertThat(result.outcome()).isEqualTo(CallOutcome.FAILED);
        assertThat(result.code()).isEqualTo("HOST_NOT_PERMITTED");
        assertThat(facts(result, "hosts_refused")).containsExactly("not named by the permit: HOST_NOT_PERMITTED 1");
        assertThat(output(result, "value")).as("can be erased").contains("other.example");
        assertThat(server.connections()).isZero();
    }

    @Test
    void fetchTakesNoArgumentThatChangesTheRequestItself() {
        for (Map<String, ?> wrong : List.of(
                Map.of("url", "https://127.0.0.1/"),
                Map.of("url", "https://example.com/", "method", "CONNECT"),
                Map.of("url", "https://example.com/", "headers", Map.of("Host", "evil.example")),
                Map.of("url", "https://example.com/", "headers", Map.of("Transfer-Encoding", "chunked")),
                Map.of("url", "https://example.com/", "headers", Map.of("X", "a\r\nHost: evil.example")),
                Map.of("url", "https://example.com/", "headers", Map.of("X: y\r\nZ", "a")),
                Map.of("url", "https://example.com/", "encoding", "base64", "body", "*"))) {
            assertThatThrownBy(() -> run("http.fetch", null, wrong, List.of("example.com")))
                    .as(wrong.toString())
                    .isInstanceOf(InvalidInput.class);
        }
        assertThat(server.connections()).isZero();
    }

    @Test
    void fetchUsesASecretThatIsSeenNowhere() throws Exception {
        Map<String, ?> arguments =
                Map.of("url", "https://example.com/", "headers", Map.of("Authorization", "Bearer {secret:api-key}"));

        ToolResult result = run("http.fetch", null, arguments, List.of("example.com"), grant("proxy", "example.com"));
        ToolResult elsewhere =
                run("http.fetch", null, arguments, List.of("example.com"), grant("proxy", "other.example"));

        assertThat(server.requests()).singleElement().asString().contains("Bearer " + VALUE);
        assertThat(output(result, "stdout")).contains("Bearer [secret:api-key]").doesNotContain(VALUE);
        assertThat(output(result, "value")).doesNotContain(VALUE);
        assertThat(facts(result, "secret")).containsExactly("vault://w/api-key#2 by proxy");
        assertThat(elsewhere.outcome()).isEqualTo(CallOutcome.SANDBOX_VIOLATION);
        assertThat(elsewhere.code()).isEqualTo("SECRET_ELSEWHERE");
    }

    @Test
    void aProgramReachesItsHostsWithASecretThatItNeverHas() throws Exception {
        List<String> args = List.of("-sS", "-H", "X-Key: {secret:api-key}", "https://example.com/");

        ToolResult result = run(
                "own.curl",
                "curl",
                Map.of("executable", "curl", "args", args),
                List.of("example.com"),
                grant("proxy", "example.com"));

        assertThat(result.code()).as(output(result, "stderr")).isEqualTo("OK");
        assertThat(server.requests()).singleElement().asString().contains("X-Key: " + VALUE + "\r\n");
        assertThat(output(result, "stdout")).contains("X-Key: [secret:api-key]").doesNotContain(VALUE);
        assertThat(facts(result, "egress")).containsExactly("strict, by proxy: [example.com]");
        assertThat(facts(result, "host_opened")).hasSize(1);
        assertThat(facts(result, "host_reached")).singleElement().asString().startsWith("example.com at ");
    }

    /** The value is the name of a host too, so the proxy is asked for it in the clear. */
    @Test
    void aProgramDoesNotWriteItsSecretIntoTheStatement() throws Exception {
        ToolResult result = run(
                "own.curl",
                "curl",
                Map.of(
                        "executable",
                        "curl",
                        "args",
                        List.of("-sS", "https://" + VALUE + ".example/", "--next", "-sS", "https://example.com/")),
                List.of("example.com"),
                grant("pipe"));

        assertThat(((ToolResult.Ended) result).sandbox().toString()).doesNotContain(VALUE);
        assertThat(facts(result, "hosts_refused")).containsExactly("not named by the permit: HOST_NOT_PERMITTED 1");
        assertThat(output(result, "stderr")).doesNotContain(VALUE);
        assertThat(facts(result, "host_reached")).as("control").hasSize(1);
    }

    @Test
    void aProgramThatSendsAPlaceElsewhereIsAViolation() throws Exception {
        TestServer plain = new TestServer(null, _ -> TestServer.ok("x"));
        wire.leads(TestWire.PUBLIC, 80, plain.port());
        ToolResult result = run(
                "own.curl",
                "curl",
                Map.of(
                        "executable",
                        "curl",
                        "args",
                        List.of("-sS", "-H", "X: {secret:api-key}", "http://example.com/")),
                List.of("example.com:80", "example.com"),
                grant("proxy", "example.com"));
        plain.close();

        assertThat(result.outcome()).isEqualTo(CallOutcome.SANDBOX_VIOLATION);
        assertThat(result.code()).isEqualTo("SECRET_ELSEWHERE");
        assertThat(plain.requests()).isEmpty();
    }

    @Test
    void twoSecretsThatAreOneVariableAreRefused() throws Exception {
        for (SecretGrant other : List.of(
                new SecretGrant("vault://w/api.key", 1, "env", List.of()),
                new SecretGrant("vault://w/api_key", 1, "pipe", List.of()))) {
            assertThatThrownBy(() -> run(
                            "own.cat", "cat", Map.of("executable", "cat"), List.of(), grant(other.delivery()), other))
                    .isInstanceOfSatisfying(
                            InvalidInput.class,
                            failure -> assertThat(failure.detail())
                                    .contains("SECRET_API_KEY")
                                    .doesNotContain(VALUE));
        }
        assertThat(run(
                                "own.cat",
                                "cat",
                                Map.of("executable", "cat"),
                                List.of(),
                                grant("env"),
                                new SecretGrant("vault://w/other.key", 1, "env", List.of()))
                        .outcome())
                .as("control")
                .isEqualTo(CallOutcome.SUCCEEDED);
    }

    @Test
    void howASecretWasDeliveredIsStated() throws Exception {
        for (String delivery : List.of("pipe", "file", "env")) {
            ToolResult result =
                    run("own.cat", "cat", Map.of("executable", "cat", "stdin", VALUE), List.of(), grant(delivery));

            assertThat(output(result, "stdout")).as("whatever it writes").isEqualTo("[secret:api-key]");
            assertThat(facts(result, "secret")).containsExactly("vault://w/api-key#2 by " + delivery);
        }
    }

    /** Own tools name the file in their arguments: they have no way to read a variable. */
    @Test
    void aSecretIsReadFromItsFileByItsName() throws Exception {
        ToolResult result = run(
                "own.cat",
                "cat",
                Map.of("executable", "cat", "args", List.of("/run/secrets/api-key")),
                List.of(),
                grant("file"));
        ToolResult without =
                run("own.cat", "cat", Map.of("executable", "cat", "args", List.of("/run/secrets/api-key")), List.of());

        assertThat(output(result, "stdout")).isEqualTo("[secret:api-key]");
        assertThat(without.code()).as("of a call that has none").isEqualTo("EXIT_STATUS");
        assertThatThrownBy(() -> run(
                        "own.cat",
                        "cat",
                        Map.of("executable", "cat", "args", List.of("/run/secrets/../../etc/passwd")),
                        List.of(),
                        grant("file")))
                .isInstanceOf(ToolFailure.WorkspaceScopeDenied.class);
    }

    @Test
    void aProgramThatNodesHaveWorksWithASecretFromItsFile() throws Exception {
        ToolResult result = run(
                "own.jq",
                "jq",
                Map.of(
                        "executable",
                        "jq",
                        "args",
                        List.of("-n", "--rawfile", "key", "/run/secrets/api-key", "$key | length")),
                List.of(),
                grant("file"));

        assertThat(output(result, "stdout")).as(output(result, "stderr")).isEqualTo(VALUE.length() + "\n");
    }

    /** The session's next call has no right to it. */
    @Test
    void whatAProgramLeavesOfASecretInTheWorkspaceIsRemoved() throws Exception {
        ToolResult left = run(
                "own.tee",
                "tee",
                Map.of("executable", "tee", "stdin", "key " + VALUE, "args", List.of("kept.txt", "name-" + VALUE)),
                List.of(),
                grant("pipe"));
        ToolResult clean = run(
                "own.tee",
                "tee",
                Map.of("executable", "tee", "stdin", "nothing", "args", List.of("other.txt")),
                List.of(),
                grant("pipe"));

        assertThat(left.outcome()).isEqualTo(CallOutcome.SANDBOX_VIOLATION);
        assertThat(left.code()).isEqualTo("SECRET_LEFT");
        assertThat(clean.code()).isEqualTo("OK");
        assertThat(workspace.resolve("kept.txt")).doesNotExist();
        assertThat(workspace.resolve("name-" + VALUE)).doesNotExist();
        assertThat(workspace.resolve("other.txt")).exists();
    }

    @ParameterizedTest
    @EnumSource(
            value = EgressEnforcementMode.class,
            names = {"NONE", "PREFLIGHT"})
    void aNodeGivesItsNetworkAwayOnlyWhereItsOperatorSaysSo(EgressEnforcementMode unheld) {
        mode = unheld;

        assertThatThrownBy(() -> run("own.cat", "cat", CAT, List.of("example.com")))
                .isInstanceOf(ToolFailure.EgressDenied.class)
                .hasMessageContaining("sallyport.node.egress.unheld");
    }

    @Test
    void preflightLooksAtTheHostsOfTheArgumentsAndSaysThatThisIsAllItDoes() throws Exception {
        EgressTerms usual = EgressTerms.DEFAULT;
        build(new EgressTerms(
                usual.denied(), usual.connections(), usual.atOnce(), usual.bytes(), usual.patience(), 10, true));
        mode = EgressEnforcementMode.PREFLIGHT;
        wire.names("inside.example", "10.0.0.1").names("other.example", TestWire.PUBLIC);

        ToolResult looked = run("own.cat", "cat", CAT, List.of("example.com"));

        assertThat(facts(looked, "egress")).singleElement().asString().startsWith("preflight, advisory: ");
        assertThat(looked.outcome()).as("it ran").isEqualTo(CallOutcome.FAILED);
        for (String url : List.of(
                "https://other.example/",
                "https://example.com:8443/",
                "http://example.com/",
                "https://127.0.0.1/",
                "git@other.example:a")) {
            assertThatThrownBy(() -> run(
                            "own.cat",
                            "cat",
                            Map.of("executable", "cat", "args", List.of(url)),
                            List.of("example.com")))
                    .as(url)
                    .isInstanceOf(ToolFailure.EgressDenied.class);
        }
        assertThatThrownBy(() -> run("own.cat", "cat", CAT, List.of("example.com", "inside.example")))
                .isInstanceOf(ToolFailure.EgressDenied.class)
                .hasMessageContaining("not public");
        assertThat(facts(run("own.cat", "cat", Map.of("executable", "cat"), List.of()), "egress"))
                .as("without hosts")
                .singleElement()
                .asString()
                .startsWith("strict, no network");
    }

    @Test
    void aNodeWithAnOpenNetworkSaysSo() throws Exception {
        EgressTerms usual = EgressTerms.DEFAULT;
        build(new EgressTerms(
                usual.denied(), usual.connections(), usual.atOnce(), usual.bytes(), usual.patience(), 10, true));
        mode = EgressEnforcementMode.NONE;

        assertThat(facts(run("own.cat", "cat", CAT, List.of()), "egress")).containsExactly("none: the network is open");
    }
}
