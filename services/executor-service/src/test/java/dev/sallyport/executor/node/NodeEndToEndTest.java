package dev.sallyport.executor.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.executor.TestFolder;
import dev.sallyport.executor.fleet.ProposedCall;
import dev.sallyport.executor.fleet.RunningExecutor;
import dev.sallyport.executor.fleet.SampleSkill;
import dev.sallyport.executor.fleet.TestPrincipals;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.servicetest.EndpointDocument;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.RequiredRuntime;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.client.HttpServerErrorException;

/** Control and a node, from the permit on Kafka to the node's signed result in control's outbox. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodeEndToEndTest {
    private static final Duration SOON = Duration.ofSeconds(40);

    private RunningExecutor control;
    private RunningExecutor node;
    private Path nodeState;

    @BeforeAll
    void start() throws Exception {
        control = RunningExecutor.control(Map.of());
        nodeState = TestFolder.named("node");
        node = RunningExecutor.node(control, nodeState);
    }

    @AfterAll
    void stop() {
        node.close();
        control.close();
    }

    @Test
    void echoRunsAndItsResultIsPublishedAsTheNodeSignedIt() throws Exception {
        ProposedCall call = new ProposedCall("echo", "{\"text\":\"hello\"}");

        control.permit(call.permitted());
        VerifiedRecord record = result(call);

        ToolExecuted executed = record.predicate(ToolExecuted.class);
        assertThat(executed.outcome()).isEqualTo(CallOutcome.SUCCEEDED);
        assertThat(executed.code()).isEqualTo("OK");
        assertThat(executed.issued().by().toString()).endsWith("/executor/default/node-1");
        assertThat(content(record, "stdout")).isEqualTo("hello");
        assertThat(executed.executionSha256()).isNotNull();
        assertThat(control.phase(call.id)).contains("finished");
    }

    @Test
    void programRunsInItsSandboxWithWhatWasObserved() throws Exception {
        ProposedCall call = new ProposedCall("process.run", "{\"args\":[\"-n\"],\"executable\":\"uname\"}");

        control.permit(call.permitted());
        VerifiedRecord record = result(call);

        ToolExecuted executed = record.predicate(ToolExecuted.class);
        assertThat(content(record, "stdout")).isEqualTo("sandbox\n");
        assertThat(executed.exitCode()).isZero();
        assertThat(executed.sandbox()).isNotNull().satisfies(sandbox -> {
            assertThat(sandbox.backend()).startsWith("bubblewrap ");
            assertThat(sandbox.facts()).extracting(ToolExecuted.Fact::name).contains("seccomp", "namespaces", "egress");
            assertThat(sandbox.facts()).noneMatch(fact -> fact.state() == ToolExecuted.State.UNSUPPORTED);
        });
    }

    @Test
    void anOperatorHasTheNodeTryItsSandboxesAndItGoesOnAfterwards() throws Exception {
        String path = "/v1/nodes/default/node-1";
        await().atMost(SOON)
                .until(() -> control.withToken(TestPrincipals.OWNER, "POST", path + ":attack", "")
                                .statusCode()
                        == 200);
        await().atMost(Duration.ofMinutes(3)).until(() -> attack(path).contains("answered_at"));

        assertThat(attack(path))
                .contains("an orphan ends with the call", "\"control\":true")
                .doesNotContain("\"holds\":false");
        ProposedCall call = new ProposedCall("echo", "{\"text\":\"after\"}");
        control.permit(call.permitted());
        assertThat(result(call).predicate(ToolExecuted.class).outcome()).isEqualTo(CallOutcome.SUCCEEDED);
    }

    private String attack(String path) throws Exception {
        return control.withToken(TestPrincipals.OWNER, "GET", path + "/attack", null)
                .body();
    }

    @Test
    void callIsRefusedWithACodeBeforeAnythingRuns() throws Exception {
        ProposedCall unknown = new ProposedCall("process.run", "{\"executable\":\"bash\"}");
        ProposedCall outside = new ProposedCall("process.run", "{\"args\":[\"/etc/passwd\"],\"executable\":\"cat\"}");

        control.permit(unknown.permitted());
        control.permit(outside.permitted());

        assertThat(result(unknown).predicate(ToolExecuted.class)).satisfies(executed -> {
            assertThat(executed.outcome()).isEqualTo(CallOutcome.REFUSED);
            assertThat(executed.code()).isEqualTo("EXECUTABLE_DENIED");
            assertThat(executed.ran()).isNull();
        });
        assertThat(result(outside).predicate(ToolExecuted.class).code()).isEqualTo("WORKSPACE_SCOPE_DENIED");
    }

    @Test
    void argumentsThatAreNotThePermittedOnesDoNotRun() throws Exception {
        ProposedCall call = new ProposedCall("echo", "{\"text\":\"permitted\"}");
        Detail altered = Detail.of("{\"text\":\"altered\"}".getBytes(UTF_8));

        ProposedCall behind = new ProposedCall("echo", "{\"text\":\"behind\"}");

        control.permit(call.record(call.permitted().signed(), altered));
        control.permit(behind.permitted());

        assertThat(result(behind).predicate(ToolExecuted.class).outcome()).isEqualTo(CallOutcome.SUCCEEDED);
        assertThat(control.phase(call.id)).isEmpty();
        assertThat(control.published(call.id)).isEmpty();
    }

    @Test
    void whateverControlHandsOverNothingRunsBelowThePermittedTier() throws Exception {
        ProposedCall call = new ProposedCall("echo", "{\"text\":\"only in tier A\"}");
        control.permit(call.permitted(terms -> {
            terms.tier = Tier.A;
            terms.notAfter = terms.notAfter.plusSeconds(600);
        }));
        await().atMost(SOON).until(() -> control.phase(call.id).equals(Optional.of("permitted")));

        control.bean(JdbcClient.class)
                .sql("update execution set tier = 'C' where proposal_id = :id")
                .param("id", call.id)
                .update();

        assertThat(result(call).predicate(ToolExecuted.class)).satisfies(executed -> {
            assertThat(executed.outcome()).isEqualTo(CallOutcome.REFUSED);
            assertThat(executed.code()).isEqualTo("SANDBOX_UNAVAILABLE");
            assertThat(executed.outputs())
                    .as("nothing but the reason")
                    .extracting(ToolExecuted.Output::name)
                    .containsExactly("value");
        });
    }

    @Test
    void runningCallIsEndedByAStop() throws Exception {
        ProposedCall call =
                new ProposedCall("process.run", "{\"args\":[\"-f\",\"/dev/null\"],\"executable\":\"tail\"}");
        control.permit(call.permitted());
        await().atMost(SOON).until(() -> control.phase(call.id).equals(Optional.of("running")));

        HttpResponse<String> answer = control.post(
                "policy-service", "/internal/v1/executions/" + call.id + ":stop", "{\"reason\":\"CANCELLED\"}");

        assertThat(answer.body()).isEqualTo("{\"result\":\"already_started\"}");
        ToolExecuted executed = result(call).predicate(ToolExecuted.class);
        assertThat(executed.outcome()).isEqualTo(CallOutcome.CANCELLED);
        assertThat(executed.code()).isEqualTo("CANCELLED");
    }

    @Test
    void aSkillIsFetchedByItsDigestAndRunsWithWhatThePermitGrants() throws Exception {
        KeyPair key = SampleSkill.key();
        SampleSkill skill = SampleSkill.of("acme.mask_digits", "1.0.0", "acme", key, "clock = true");
        control.sendBytes(TestPrincipals.OWNER, "POST", "/v1/skills", skill.archive);
        HttpResponse<String> enabled = control.withToken(
                TestPrincipals.OWNER,
                "POST",
                "/v1/skills/acme.mask_digits/versions/1.0.0:enable",
                "{\"package_digest\":\"" + skill.skill.digest() + "\",\"fingerprint\":\"" + SampleSkill.fingerprint(key)
                        + "\"}");
        assertThat(enabled.statusCode()).as(enabled.body()).isEqualTo(200);
        ProposedCall call = new ProposedCall(skill, "mask", "1.0.0+1", "{\"text\":\"call 555\"}");

        control.permit(call.permitted(permit -> {
            permit.tier = Tier.A;
            permit.runtime = RequiredRuntime.wasm(skill.permitted("clock"));
        }));
        VerifiedRecord record = result(call);

        ToolExecuted executed = record.predicate(ToolExecuted.class);
        assertThat(executed.code()).isEqualTo("OK");
        assertThat(content(record, "stdout")).isEqualTo("{\"text\":\"call ###\"}");
        assertThat(executed.ran()).isNotNull();
        assertThat(executed.ran().digest()).isEqualTo(Digest.of(skill.skill.module()));
        assertThat(executed.sandbox()).isNotNull();
        assertThat(executed.sandbox().facts())
                .extracting(ToolExecuted.Fact::name)
                .contains("package", "granted", "fuel_used");
    }

    @Test
    void sessionKeepsItsFilesFromCallToCall() throws Exception {
        ProposedCall write = new ProposedCall("fs.write", "{\"content\":\"kept\",\"path\":\"a.txt\"}");
        control.permit(write.permitted());
        assertThat(content(result(write), "value")).isEqualTo("{\"bytes\":4}");
        // Another session does not see it.
        ProposedCall read = new ProposedCall("fs.read", "{\"path\":\"a.txt\"}");
        control.permit(read.permitted());
        assertThat(result(read).predicate(ToolExecuted.class).code()).isEqualTo("FILE_NOT_FOUND");
    }

    @Test
    void workspaceIsMadeForToolsThatNeedOneOnly() throws Exception {
        Set<Path> before = workspaces();
        ProposedCall echo = new ProposedCall("echo", "{\"text\":\"needs none\"}");
        control.permit(echo.permitted());
        assertThat(result(echo).predicate(ToolExecuted.class).code()).isEqualTo("OK");
        ProposedCall list = new ProposedCall("fs.list", "{}");
        control.permit(list.permitted());
        assertThat(content(result(list), "value")).isEqualTo("{\"entries\":[]}");

        Set<Path> made = workspaces();
        made.removeAll(before);
        assertThat(made).as("that of fs.list").hasSize(1);
    }

    private Set<Path> workspaces() throws IOException {
        try (Stream<Path> all = Files.list(nodeState.resolve("workspaces"))) {
            return all.filter(Files::isDirectory).collect(Collectors.toSet());
        }
    }

    @Test
    void nodeWithTooLittleRoomTakesNoWorkAndIsNotReady() throws Exception {
        RunningExecutor ownControl = RunningExecutor.control(Map.of());
        ProposedCall call = new ProposedCall("echo", "{\"text\":\"x\"}");
        try (ownControl;
                RunningExecutor full = RunningExecutor.node(
                        ownControl, TestFolder.named("full"), Map.of("sallyport.node.storage.floor", "1000000000MB"))) {
            await().atMost(SOON)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThatThrownBy(() -> full.get("executor-service", "/actuator/health"))
                            .isInstanceOfSatisfying(
                                    HttpServerErrorException.ServiceUnavailable.class,
                                    e -> assertThat(e.getResponseBodyAsString())
                                            .contains("\"available\":true")
                                            .contains("sallyport.node.storage.floor")));
            ownControl.permit(call.permitted());
            await().atMost(SOON).until(() -> ownControl.phase(call.id).equals(Optional.of("permitted")));
            assertThat(full.bean(OfferedRuntimes.class).claimable().runtimes()).isEmpty();
            assertThat(full.bean(OfferedRuntimes.class).now().runtimes())
                    .as("control")
                    .isNotEmpty();
            assertThat(ownControl.phase(call.id)).contains("permitted");
        }
    }

    @Test
    void everyEndpointOfTheNodeSaysWhomItAdmits() {
        EndpointDocument.verify(node.context(), "executor-service, role node");
    }

    @Test
    void nodeIsReadyOnceItsSandboxIsProven() throws Exception {
        await().atMost(SOON).ignoreExceptions().untilAsserted(() -> {
            assertThat(node.get("executor-service", "/actuator/health"))
                    .contains("\"sandbox\"", "\"available\":true", "bubblewrap");
        });
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> readiness = client.send(
                    HttpRequest.newBuilder(URI.create(node.open("/actuator/health/readiness")))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(readiness.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void stoppedNodeEndsWhatRunsAndStillTestifies() throws Exception {
        RunningExecutor ownControl = RunningExecutor.control(Map.of());
        Path state = TestFolder.named("node");
        ProposedCall call = new ProposedCall("sleep", "{\"ms\":80000}");
        try (ownControl) {
            RunningExecutor ownNode = RunningExecutor.node(ownControl, state, Map.of("sallyport.node.drain", "1s"));
            ownControl.permit(call.permitted());
            await().atMost(SOON).until(() -> ownControl.phase(call.id).equals(Optional.of("running")));

            ownNode.close();

            ToolExecuted executed = result(ownControl, call).predicate(ToolExecuted.class);
            assertThat(executed.outcome()).isEqualTo(CallOutcome.CANCELLED);
            assertThat(executed.code()).isEqualTo("DRAINED");
            assertThat(new ResultSpool(Platform.current(), state.resolve("results")).waiting())
                    .isEmpty();
        }
    }

    @Test
    void stoppedNodeLetsWhatRunsEndAndControlKnowsThatItDrains() throws Exception {
        RunningExecutor ownControl = RunningExecutor.control(Map.of());
        ProposedCall call = new ProposedCall("sleep", "{\"ms\":12000}");
        try (ownControl) {
            RunningExecutor ownNode = RunningExecutor.node(ownControl, TestFolder.named("node"));
            ownControl.permit(call.permitted());
            await().atMost(SOON).until(() -> ownControl.phase(call.id).equals(Optional.of("running")));

            ownNode.close();

            assertThat(result(ownControl, call).predicate(ToolExecuted.class).outcome())
                    .isEqualTo(CallOutcome.SUCCEEDED);
            assertThat(ownControl
                            .bean(JdbcClient.class)
                            .sql("select capacity from node")
                            .query(Integer.class)
                            .single())
                    .as("it takes none any more")
                    .isZero();
        }
    }

    @Test
    void nodeThatCannotRenewEndsTheCallBeforeItsLeaseDoes() throws Exception {
        Path state = TestFolder.named("node");
        ProposedCall call =
                new ProposedCall("process.run", "{\"args\":[\"-f\",\"/dev/null\"],\"executable\":\"tail\"}");
        RunningExecutor ownControl = RunningExecutor.control(Map.of("sallyport.executor.control.lease", "9s"));
        RunningExecutor ownNode = RunningExecutor.node(ownControl, state);
        try (ownNode) {
            ownControl.permit(call.permitted());
            await().atMost(SOON).until(() -> ownControl.phase(call.id).equals(Optional.of("running")));
            assertThat(ownNode.bean(ResultSpool.class).waiting()).isEmpty();

            long away = System.nanoTime();
            ownControl.close();

            ResultSpool spool = ownNode.bean(ResultSpool.class);
            List<ResultSpool.Key> spooled = await().atMost(SOON).until(spool::waiting, list -> !list.isEmpty());
            assertThat(Duration.ofNanos(System.nanoTime() - away)).isLessThan(Duration.ofSeconds(25));
            ToolExecuted executed = control.bean(StatementVerifier.class)
                    .verify(
                            StatementType.TOOL_EXECUTED,
                            spool.read(spooled.getFirst()).orElseThrow().record())
                    .predicate(ToolExecuted.class);
            assertThat(executed.outcome()).isEqualTo(CallOutcome.CANCELLED);
            assertThat(executed.code()).isEqualTo("LEASE_LOST");
        }
        assertThat(new ResultSpool(Platform.current(), state.resolve("results")).waiting())
                .as("kept until control has it")
                .hasSize(1);
    }

    private VerifiedRecord result(ProposedCall call) throws Exception {
        return result(control, call);
    }

    private static VerifiedRecord result(RunningExecutor control, ProposedCall call) throws Exception {
        List<StatementRecord> found =
                await().atMost(SOON).until(() -> published(control, call), list -> !list.isEmpty());
        assertThat(found).hasSize(1);
        return control.bean(StatementVerifier.class)
                .verify(StatementType.TOOL_EXECUTED, found.getFirst().encode());
    }

    private static List<StatementRecord> published(RunningExecutor control, ProposedCall call) {
        return control.published(call.id).stream()
                .filter(record -> new String(record.signed().envelope().payload(), UTF_8)
                        .contains(StatementType.TOOL_EXECUTED.uri()))
                .toList();
    }

    private static String content(VerifiedRecord record, String name) {
        return record.predicate(ToolExecuted.class).outputs().stream()
                .filter(output -> output.name().equals(name))
                .map(output -> new String(record.detail(output.detail()).orElseThrow(), UTF_8))
                .findFirst()
                .orElseThrow();
    }
}
