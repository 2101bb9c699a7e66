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
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.process.ExecutableStore;
import dev.sallyport.executor.process.InterpreterDenylist;
import dev.sallyport.executor.process.SandboxProcessRunnerPolicy;
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

/** Calls that reach hosts and have secrets, from their arguments to what is stated of them. */
class NetworkToolsTest {
    private static final Limits LIMITS = new Limits(20_000, 5_000, 512L << 20, 1 << 20, 32, 128, 1 << 20, 64L << 20);
    private static final String VALUE = "s3cret-value-of-a-key";
    private static final Digest SOME = Digest.of(new byte[0]);

    private final TestWire wire = new TestWire("example.com");
    private TestServer server;
    private Path workspace;
    private Toolbox toolbox;

    @BeforeEach
    void open() throws Exception {
        server = new TestServer(wire.as("example.com"), request -> TestServer.ok("you sent " + request));
        wire.names("example.com", TestWire.PUBLIC).leads(TestWire.PUBLIC, 443, server.port());
        Path state = TestFolder.named("network");
        ToolUser user = TestNodeUser.orNull();
        Doctor doctor = TestDoctor.of(state, Path.of("/usr/bin/bwrap"));
        assertThat(doctor.examine().offers(Tier.C)).isTrue();
        workspace = new Workspaces(Platform.current(), state.resolve("workspaces"), user).of("w", "p", "s");
        Gateway gateway =
                new Gateway(EgressTerms.DEFAULT, wire, _ -> false, state.resolve("egress"), user, Clock.systemUTC());
        SandboxProcessRunnerPolicy policy = new SandboxProcessRunnerPolicy(
                new ExecutableStore(
                        Platform.current(),
                        Map.of("curl", "/usr/bin/curl", "cat", "/usr/bin/cat"),
                        state.resolve("executables")),
                new InterpreterDenylist(List.of(Path.of("/usr/bin"))),
                Set.of());
        toolbox = new Toolbox(
                new BuiltInTools(Platform.current(), user, Clock.systemUTC()),
                new HttpFetchTool(gateway, Clock.systemUTC()),
                new ProcessRunTool(policy, _ -> doctor.proven().getFirst(), Platform.current(), gateway),
                new SkillTool(
                        new SkillModules(_ -> {
                            throw new IOException("there are no skills here");
                        }),
                        gateway,
                        Platform.current(),
                        user,
                        Clock.systemUTC()));
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
                            new ToolCall.Origin("proposal", "agent:a", null, SOME, Instant.EPOCH),
                            new ToolIdentity(kind, tool, "1", SOME),
                            ToolJson.MAPPER.valueToTree(arguments),
                            () -> workspace,
                            () -> {},
                            new ToolCall.Terms(
                                    executable,
                                    false,
                                    PermittedProgram.NONE,
                                    Tier.C,
                                    new Egress(EgressEnforcementMode.STRICT, hosts),
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
        assertThat(facts(result, "host_refused")).containsExactly("other.example HOST_NOT_PERMITTED, 1 times");
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
    void howASecretWasDeliveredIsStated() throws Exception {
        for (String delivery : List.of("pipe", "file", "env")) {
            ToolResult result =
                    run("own.cat", "cat", Map.of("executable", "cat", "stdin", VALUE), List.of(), grant(delivery));

            assertThat(output(result, "stdout")).as("whatever it writes").isEqualTo("[secret:api-key]");
            assertThat(facts(result, "secret")).containsExactly("vault://w/api-key#2 by " + delivery);
        }
    }
}
