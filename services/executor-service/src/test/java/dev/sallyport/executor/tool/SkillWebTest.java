package dev.sallyport.executor.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.egress.TestServer;
import dev.sallyport.executor.egress.TestWire;
import dev.sallyport.executor.fleet.SampleSkill;
import dev.sallyport.executor.fleet.TestPackages;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.executor.skill.SkillModules;
import dev.sallyport.skillrunner.SkillCall;
import dev.sallyport.skillrunner.SkillResult;
import dev.sallyport.skillrunner.SkillRunner;
import dev.sallyport.skillrunner.host.HostTranscript;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.skill.SkillPublication;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.PermittedProgram;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** Requests of skills through a node, from the permit to what is stated of them. */
class SkillWebTest {
    private static final Limits LIMITS = new Limits(20_000, 20_000, 1 << 20, 1 << 16, 1, 1, 0, 0);
    private static final String VALUE = "s3cret-value-of-a-key";
    private static final Digest SOME = Digest.of(new byte[0]);
    private static final String API = "api.example.com";
    private static final String TWO = "two.example.com";
    private static final String OTHER_PUBLIC = "93.184.216.35";

    private static SampleSkill web;
    private static SkillModules modules;

    private final TestWire wire = new TestWire("example.com");
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);
    private TestServer server;
    private TestServer two;
    private SkillTool tool;

    @BeforeAll
    static void install() throws Exception {
        web = SampleSkill.web();
        modules = new SkillModules(TestPackages.of(web));
        modules.warmUp();
    }

    @BeforeEach
    void open() throws IOException {
        server = new TestServer(wire.as(API), this::answer);
        two = new TestServer(wire.as(TWO), this::answer);
        wire.names(API, TestWire.PUBLIC).leads(TestWire.PUBLIC, 443, server.port());
        wire.names(TWO, OTHER_PUBLIC).leads(OTHER_PUBLIC, 443, two.port());
        tool = new SkillTool(modules, wire.gateway(), Platform.current(), null, Clock.systemUTC());
    }

    @AfterEach
    void close() throws IOException {
        answer.countDown();
        server.close();
        two.close();
    }

    private String answer(String request) {
        if (request.startsWith("GET /v1/long ")) {
            return TestServer.ok("x".repeat(1_001));
        }
        if (request.startsWith("GET /v1/x? ")) {
            asked.countDown();
            try {
                answer.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        return TestServer.ok("you sent " + request);
    }

    private static SecretGrant grant(String... hosts) {
        return new SecretGrant("vault://w/api_token", 2, "proxy", List.of(hosts));
    }

    private ToolResult run(int number, List<String> hosts, SecretGrant... grants) throws Exception {
        return run(number, new Egress(EgressEnforcementMode.STRICT, hosts), grants);
    }

    private ToolResult run(int number, Egress egress, SecretGrant... grants) throws Exception {
        try (CallSecrets secrets = secrets(grants)) {
            return tool.start(call(number, egress, web.permitted("http"), secrets, grants))
                    .await();
        }
    }

    private static CallSecrets secrets(SecretGrant... grants) throws Exception {
        return CallSecrets.of(List.of(grants).stream()
                .map(grant -> new CallSecrets.Held(grant, VALUE.getBytes(UTF_8)))
                .toList());
    }

    private static ToolCall call(
            int number, Egress egress, PermittedSkill permitted, CallSecrets secrets, SecretGrant... grants) {
        return new ToolCall(
                new ToolCall.Origin("proposal", "w", "agent:a", "test.web", SOME, Instant.EPOCH),
                new ToolIdentity(
                        RuntimeKind.WASM, SkillPublication.toolName("test.web", "t" + number), "1.0.0+1", SOME),
                JsonNodeFactory.instance.objectNode(),
                () -> {
                    throw new AssertionError("a workspace is asked for");
                },
                () -> {},
                new ToolCall.Terms(
                        null, false, PermittedProgram.NONE, Tier.A, egress, LIMITS, List.of(grants), permitted),
                secrets);
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
    void aHostThatManifestGrantAndPermitNameIsReachedAndStated() throws Exception {
        ToolResult result = run(0, List.of(API));

        assertThat(output(result, "stdout")).isEqualTo("{\"a\":\"200\"}");
        assertThat(server.requests())
                .singleElement()
                .asString()
                .startsWith("GET /v1/x HTTP/1.1\r\nHost: api.example.com\r\n")
                .contains("Accept: text/plain\r\n");
        assertThat(facts(result, "host_reached")).singleElement().asString().startsWith("api.example.com at ");
        assertThat(facts(result, "granted")).containsExactly("http");
    }

    @ParameterizedTest
    @CsvSource({
        "2, -05", // a path that leads up
        "3, -05", // a host that the manifest does not name
        "9, -01", // a host that the permit does not name
        "10, -05", // a response that is too long
        "13, -03" // a field that is the node's to say
    })
    void whatOneOfThemDoesNotNameIsDenied(int number, String told) throws Exception {
        ToolResult result = run(number, List.of(API, "other.example"));

        assertThat(output(result, "stdout")).isEqualTo("{\"a\":\"" + told + "\"}");
        assertThat(server.connections()).isEqualTo(number == 10 ? 1 : 0);
        assertThat(facts(result, "host_refused")).isEmpty();
        assertThat(facts(result, "hosts_refused"))
                .isEqualTo(number == 9 ? List.of("not named by the permit: HOST_NOT_PERMITTED 1") : List.of());
    }

    @Test
    void withoutTheGrantOrAHeldNetworkNothingIsReached() throws Exception {
        Egress strict = new Egress(EgressEnforcementMode.STRICT, List.of(API));
        ToolResult denied =
                tool.start(call(0, strict, web.permitted(), CallSecrets.NONE)).await();
        ToolResult open = run(0, new Egress(EgressEnforcementMode.NONE, List.of(API)));

        assertThat(output(denied, "stdout")).contains("-01");
        assertThat(output(open, "stdout")).contains("-01");
        assertThat(server.connections()).isZero();
    }

    @Test
    void aNameThatLeadsInsideIsRefused() throws Exception {
        wire.names(API, "127.0.0.1");

        assertThat(output(run(0, List.of(API)), "stdout")).contains("-05");
        assertThat(wire.dialled()).isEmpty();
    }

    @Test
    void aSecretIsAddedByTheNodeAndSeenNowhere() throws Exception {
        ToolResult result = run(1, List.of(API), grant(API));

        assertThat(output(result, "stdout")).isEqualTo("{\"a\":\"200\"}");
        assertThat(server.requests()).singleElement().asString().contains("Bearer " + VALUE, "\r\n\r\nhello");
        HostTranscript.repeating(output(result, "host").getBytes(UTF_8));
        String evidence = new String(
                Base64.getDecoder().decode(output(result, "host").replaceAll(".*\"bytes\":\"([^\"]*)\".*", "$1")),
                UTF_8);
        assertThat(evidence).contains("Bearer [secret:api_token]").doesNotContain(VALUE);
        assertThat(facts(result, "secret")).containsExactly("vault://w/api_token#2 by proxy");
    }

    @Test
    void aSecretGoesToTheManifestsHostAloneThoughTheVaultKnowsMore() throws Exception {
        ToolResult result = run(9, List.of(API, TWO), grant(API, TWO));
        ToolResult control = run(1, List.of(API, TWO), grant(API, TWO));

        assertThat(result.outcome()).isEqualTo(CallOutcome.SANDBOX_VIOLATION);
        assertThat(result.code()).isEqualTo("SECRET_ELSEWHERE");
        assertThat(result.outputs()).noneMatch(output -> output.name().equals("stdout"));
        assertThat(two.requests()).isEmpty();
        assertThat(control.code()).isEqualTo("OK");
        assertThat(server.requests()).singleElement().asString().startsWith("POST ");
    }

    /** The manifest names hosts alone; what the vault says of their paths holds nevertheless. */
    @Test
    void aSecretForAFolderOfPathsGoesToNoOther() throws Exception {
        ToolResult result = run(1, List.of(API), grant(API + "/v2/"));

        assertThat(result.code()).isEqualTo("SECRET_ELSEWHERE");
        assertThat(server.requests()).isEmpty();
        assertThat(run(1, List.of(API), grant(API + "/v1/")).code())
                .as("control")
                .isEqualTo("OK");
        assertThat(server.requests()).singleElement().asString().startsWith("POST /v1/");
    }

    @Test
    void aSecretThatThePermitDoesNotNameIsNotThere() throws Exception {
        assertThat(run(1, List.of(API)).code()).isEqualTo("SECRET_ELSEWHERE");
        assertThat(run(1, List.of(API), grant(TWO)).code()).isEqualTo("SECRET_ELSEWHERE");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void theCallIsRepeatedFromItsEvidenceWithoutTheWeb() throws Exception {
        ToolResult result = run(7, List.of(API));
        server.close();
        byte[] transcript = output(result, "host").getBytes(UTF_8);
        SkillCall again = SkillCall.permitted(
                "t7", JsonNodeFactory.instance.objectNode(), web.permitted("http"), LIMITS, Instant.EPOCH, SOME);
        SkillRunner runner = modules.runner();

        SkillResult repeated =
                runner.run(runner.compile(SkillPackage.read(web.archive)), again, HostTranscript.repeating(transcript));

        assertThat(((SkillResult.Answered) repeated).output()).isEqualTo(output(result, "stdout"));
        assertThat(facts(result, "fuel_used"))
                .containsExactly(Long.toString(repeated.usage().fuel()));
    }

    @Test
    void aCallThatWaitsForAServerIsKilledAtOnce() throws Exception {
        RunningTool running = tool.start(call(
                11, new Egress(EgressEnforcementMode.STRICT, List.of(API)), web.permitted("http"), CallSecrets.NONE));
        asked.await();
        running.kill(KillCause.CANCELLED);

        assertThat(running.await().outcome()).isEqualTo(CallOutcome.CANCELLED);
    }

    @Test
    void aFloodOfRequestsEndsAtTheLimitOfHostCalls() throws Exception {
        answer.countDown();
        ToolResult result = run(11, List.of(API));

        assertThat(result.code()).isEqualTo("HOST_CALLS_EXCEEDED");
        assertThat(server.connections()).isEqualTo(10);
    }
}
