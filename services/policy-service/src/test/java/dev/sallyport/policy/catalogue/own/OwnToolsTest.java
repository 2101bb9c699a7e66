package dev.sallyport.policy.catalogue.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.Neighbours;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.policy.proposal.SampleBodies;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.prompt.Prompt;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A workspace's own tools: registered, confirmed, called, pinned, retired. */
class OwnToolsTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final RunningPolicyService service = SharedService.get();
    private final NeighbourStatements voices = new NeighbourStatements(service);
    private final String anna = service.person("anna-makes-tools", "admin");
    private final String bert = service.person("bert-reads-tools", "admin");
    private final String agent = service.agent(SharedService.fresh("calls-tools"));
    /** A name that no other test uses; it looks like no other in any shape. */
    private final String name = SharedService.fresh("own.tool");

    @AfterEach
    void asBefore() {
        service.control().programs(null);
        service.control().delivers(true);
        service.vault().refuses();
        service.owner("GET", "/v1/tools?limit=200", null)
                .body()
                .path("items")
                .valueStream()
                .filter(tool -> !tool.path("built_in").asBoolean())
                .map(tool -> tool.path("name").asString())
                .forEach(own -> service.owner("GET", "/v1/tools/" + own + "/versions", null)
                        .body()
                        .path("items")
                        .forEach(version -> service.owner("DELETE", version(own, version), null)));
        ObjectNode config = config();
        config.withArray("allowlisted_tools").removeIf(tool -> tool.asString().startsWith("own.tool"));
        service.configure(config.toString());
    }

    private static String version(String name, JsonNode version) {
        return "/v1/tools/" + name + "/versions/" + version.path("version").asString();
    }

    @Test
    void anOwnToolIsCalledAsTheCommandThatItsTemplateMakes() {
        Answer registered = register(anna, sensitive("1"));
        assertThat(registered.status()).as(registered.body().toString()).isEqualTo(201);
        assertThat(registered.body().path("message").asString()).contains("sallyport tools allow " + name);
        assertThat(registered.body().path("allowlisted").asBoolean()).isFalse();
        assertThat(propose("a.txt").state()).isEqualTo("done denied NOT_ALLOWLISTED");
        allow();
        assertThat(register(anna, sensitive("1")).body().path("allowlisted").asBoolean())
                .isTrue();

        String id = propose("my report.txt").id();

        Prompt prompt = prompt(id);
        assertThat(prompt.summary()).isEqualTo("Run the program wc with 3 arguments, as the tool " + name);
        assertThat(prompt.tool().arguments().toString())
                .isEqualTo("{\"args\":[\"-l\",\"--\",\"my report.txt\"],\"executable\":\"wc\","
                        + "\"given\":{\"file\":\"my report.txt\"}}");
        approve(id);
        ExecutionPermit permit = voices.stated(id, ExecutionPermit.class).getFirst();
        assertThat(permit.runtime().executable()).isEqualTo("wc");
        assertThat(permit.runtime().confined()).isFalse();
        assertThat(permit.toolVersion()).isEqualTo("1");
        assertThat(permit.toolDigest().hex())
                .isEqualTo(registered.body().at("/tool/digest").asString());
        assertThat(permit.argsDigest())
                .isEqualTo(
                        voices.stated(id, ToolProposed.class).getFirst().args().digest());
    }

    @Test
    void aVersionNeverChanges() {
        Answer first = register(anna, sensitive("1"));
        Answer again = register(bert, sensitive("1").replace("\"runtime\"", "\n \"runtime\""));
        Answer other = register(anna, sensitive("1").replace("Counts", "Counts all"));

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.code()).isEqualTo("TOOL_VERSION_TAKEN");
        assertThat(register(anna, sensitive("2").replace("Counts", "Counts all"))
                        .status())
                .isEqualTo(201);
        assertThat(service.with(agent, "GET", "/v1/tools/" + name, null)
                        .body()
                        .path("version")
                        .asString())
                .isEqualTo("2");
        assertThat(service.with(agent, "GET", "/v1/tools/" + name + "/versions?limit=1", null)
                        .body()
                        .toString())
                .contains("\"version\":\"2\"", "\"next\":\"2\"")
                .doesNotContain("\"version\":\"1\"");
    }

    @Test
    void aNameThatLooksLikeAnotherWhereThereAreNoDotsIsTaken() {
        assertThat(register(anna, sensitive("1")).status()).isEqualTo(201);

        Answer twin = register(anna, sensitive("1").replace(name, name.replace('.', '_')));
        assertThat(twin.status()).isEqualTo(409);
        assertThat(twin.code()).isEqualTo("TOOL_NAME_TAKEN");
        for (String taken : List.of("fs.read", "fs_read", "echo", "process.run", "Echo", "\uff45cho", "echo ")) {
            assertThat(register(anna, sensitive("1").replace(name, taken)).code())
                    .as(taken)
                    .isEqualTo("INVALID_TOOL");
        }
    }

    @Test
    void aProgramThatNoNodeHasIsRefusedAndNobodyIsAskedAboutIt() {
        service.control().programs(Set.of("cat"));
        Answer refused = register(anna, sensitive("1"));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("PROGRAM_NOT_OFFERED");
        assertThat(refused.body().at("/errors/0/field").asString()).isEqualTo("executable");
        service.control().programs(Set.of("cat", "wc"));
        assertThat(register(anna, sensitive("1")).status()).isEqualTo(201);
        allow();
        assertThat(propose("a").state()).startsWith("approve");

        service.control().programs(Set.of("cat"));
        assertThat(propose("a").state()).isEqualTo("done denied EXECUTABLE_NOT_OFFERED");
    }

    @Test
    void secretsAndHostsAreNamedByTheToolAskedAboutAndInThePermit() {
        service.vault().grants();
        assertThat(register(anna, reaching()).status()).isEqualTo(201);
        allow();
        assertThat(reach("[\"other\"]", "[]").state()).isEqualTo("done denied SECRET_NOT_ALLOWED");
        assertThat(reach("[]", "[\"b.example\"]").state()).isEqualTo("done denied EGRESS_NOT_ALLOWED");

        String id = reach("[\"api-token\"]", "[\"a.example\"]").id();

        Prompt prompt = prompt(id);
        assertThat(prompt.secrets()).containsExactly("api-token");
        assertThat(prompt.sandbox().hosts()).containsExactly("a.example");
        // A secret makes it a question of high severity: whoever answers for the agent does not answer it.
        voices.say(id, voices.approval(id, "person:anna-makes-tools", "admin"));
        await().atMost(SOON).until(() -> state(id).equals("queue"));
        ExecutionPermit permit = voices.stated(id, ExecutionPermit.class).getFirst();
        assertThat(permit.egress().hosts()).containsExactly("a.example");
        assertThat(permit.secrets()).hasSize(1);
        assertThat(permit.secrets().getFirst().reference()).endsWith("/api-token");
    }

    @Test
    void whatNoNodeDeliversIsRefusedBeforeAnybodyIsAsked() {
        service.vault().grants();
        assertThat(register(anna, reaching()).status()).isEqualTo(201);
        allow();
        service.control().delivers(false);
        assertThat(reach("[\"api-token\"]", "[]").state()).isEqualTo("done denied SECRETS_NOT_OFFERED");
        Answer denied = reach("[]", "[\"a.example\"]");
        assertThat(denied.state()).isEqualTo("done denied EGRESS_NOT_OFFERED");
        assertThat(denied.body().path("message").asString()).contains("no executor node lets tools reach hosts");
        assertThat(reach("[]", "[]").state())
                .as("control: what names neither is asked about")
                .startsWith("approve");
    }

    @Test
    void whatReachesHostsIsAskedAboutWhateverTheFlagForSensitiveToolsSays() {
        assertThat(register(
                                anna,
                                document("1", "[\"network\"]")
                                        .replace(
                                                "\"runtime\"",
                                                "\"egress\":{\"mode\":\"strict\",\"hosts\":[\"a.example\"]},\"runtime\""))
                        .status())
                .isEqualTo(201);
        allow();
        service.configure(config().put("allow_sensitive_tools", true).toString());
        try {
            assertThat(service.propose(agent, SampleBodies.TOUCH).state())
                    .as("control")
                    .isEqualTo("queue");
            assertThat(reach("[]", "[\"a.example\"]").state()).startsWith("approve");
        } finally {
            service.configure(config().put("allow_sensitive_tools", false).toString());
        }
    }

    private String reaching() {
        return document("1", "[\"process_exec\",\"network\",\"secrets_read\"]")
                .replace(
                        "\"runtime\"",
                        "\"egress\":{\"mode\":\"strict\",\"hosts\":[\"a.example\"]},\"secrets\":[\"api-token\"],"
                                + "\"runtime\"");
    }

    private Answer reach(String secrets, String hosts) {
        return service.propose(
                agent,
                "{\"tool\":\"%s\",\"arguments\":{\"file\":\"a\"},\"secrets\":%s,\"egress_hosts\":%s}"
                        .formatted(name, secrets, hosts));
    }

    @Test
    void aToolThatRunsWithoutAHumanWaitsForASecondPerson() {
        Answer proposed = register(anna, unattended("1"));
        allow();
        assertThat(proposed.status()).isEqualTo(202);
        assertThat(proposed.body().at("/tool/state").asString()).isEqualTo("pending");
        assertThat(propose("a").state()).isEqualTo("done denied UNKNOWN_TOOL");
        assertThat(stated().event()).isEqualTo(AuditEvent.TOOL_REGISTRATION_PROPOSED);
        assertThat(confirm(anna).code()).isEqualTo("TOOL_NEEDS_SECOND_PERSON");
        assertThat(confirm(service.person("olga-may-not", "operator")).code()).isEqualTo("PERMISSION_MISSING");

        assertThat(confirm(bert).status()).isEqualTo(200);

        assertThat(confirm(bert).code()).isEqualTo("TOOL_NOT_PENDING");
        String id = propose("a").id();
        ExecutionPermit permit = voices.stated(id, ExecutionPermit.class).getFirst();
        assertThat(permit.runtime().confined()).as("it runs held to its word").isTrue();
        Audit registered = stated();
        assertThat(registered.event()).isEqualTo(AuditEvent.TOOL_REGISTERED);
        assertThat(registered.actor()).isEqualTo("person:bert-reads-tools");
        assertThat(registered.attributes())
                .containsEntry("proposed_by", "person:anna-makes-tools")
                .containsEntry("tool_digest", permit.toolDigest().hex());
        VerifiedRecord record = service.bean(Neighbours.Stated.class).about(subject());
        assertThat(record.detail(registered.details().getFirst()))
                .hasValueSatisfying(document -> assertThat(RunningPolicyService.JSON.readTree(document))
                        .isEqualTo(RunningPolicyService.JSON.readTree(unattended("1"))));
    }

    @Test
    void aRegistrationThatWaitsIsTakenBackOrExpiresAndCanBeMadeAnew() {
        assertThat(register(anna, unattended("1")).status()).isEqualTo(202);
        assertThat(service.with(anna, "DELETE", path("1"), null)
                        .body()
                        .path("state")
                        .asString())
                .isEqualTo("expired");
        assertThat(service.with(anna, "GET", path("1"), null).status()).isEqualTo(404);
        assertThat(register(anna, unattended("1").replace("Counts", "Counts all"))
                        .status())
                .isEqualTo(202);
        service.jdbc()
                .sql("update own_tool set expires_at = now() - interval '1 second' where name = :name")
                .param("name", name)
                .update();
        assertThat(confirm(bert).code()).isEqualTo("TOOL_NOT_PENDING");

        assertThat(register(anna, unattended("1")).status()).isEqualTo(202);
        assertThat(confirm(bert).status()).isEqualTo(200);
    }

    /** A number whose registration was taken back is free again: the second person agrees to what was read. */
    @Test
    void whatWasExchangedAfterItWasReadIsNotConfirmed() {
        String read = register(anna, unattended("1")).body().at("/tool/digest").asString();
        service.with(anna, "DELETE", path("1"), null);
        assertThat(register(anna, unattended("1").replace("Counts", "Counts all"))
                        .status())
                .isEqualTo(202);
        assertThat(confirm(bert, read).code()).isEqualTo("TOOL_CHANGED_MEANWHILE");
        assertThat(service.with(bert, "POST", path("1") + ":confirm", "{}").status())
                .as("without a digest")
                .isEqualTo(400);
        assertThat(service.with(anna, "GET", path("1"), null)
                        .body()
                        .path("state")
                        .asString())
                .isEqualTo("pending");
        assertThat(confirm(bert).status()).as("control").isEqualTo(200);
    }

    @Test
    void whatWasReplacedDoesNotComeBackWhenItsSuccessorIsRetired() {
        register(anna, sensitive("1"));
        register(anna, sensitive("2").replace("\"-l\"", "\"-c\""));
        register(anna, sensitive("3").replace("\"-l\"", "\"-w\""));
        allow();
        assertThat(service.with(anna, "DELETE", path("2"), null)
                        .body()
                        .path("state")
                        .asString())
                .isEqualTo("retired");
        assertThat(service.with(anna, "GET", path("1"), null)
                        .body()
                        .path("state")
                        .asString())
                .isEqualTo("retired");
        assertThat(propose("a").state()).as("control: the newest goes on").startsWith("approve");
        service.with(anna, "DELETE", path("3"), null);
        assertThat(propose("a").state()).isEqualTo("done denied TOOL_RETIRED");
    }

    @Test
    void aCallKeepsTheVersionThatItWasDecidedWith() {
        register(anna, sensitive("1"));
        allow();
        String first = propose("a").id();
        register(anna, sensitive("2").replace("\"-l\"", "\"-c\""));
        String second = propose("a").id();

        approve(first);
        approve(second);

        assertThat(voices.stated(first, ExecutionPermit.class).getFirst().toolVersion())
                .isEqualTo("1");
        assertThat(voices.stated(second, ExecutionPermit.class).getFirst().toolVersion())
                .isEqualTo("2");
    }

    @Test
    void aRetiredVersionTakesNoCallsAndStaysExplained() {
        register(anna, sensitive("1"));
        allow();
        String waiting = propose("a").id();

        Answer retired = service.with(anna, "DELETE", path("1"), null);

        assertThat(retired.body().path("state").asString()).isEqualTo("retired");
        assertThat(service.with(anna, "DELETE", path("1"), null).body()).isEqualTo(retired.body());
        assertThat(stated().event()).isEqualTo(AuditEvent.TOOL_RETIRED);
        assertThat(propose("a").state()).isEqualTo("done denied TOOL_RETIRED");
        voices.say(waiting, voices.approval(waiting, "person:owner", "owner"));
        await().atMost(SOON).until(() -> state(waiting).startsWith("done denied"));
        assertThat(voices.stated(waiting, ExecutionPermit.class)).isEmpty();
        assertThat(service.with(agent, "GET", path("1"), null)
                        .body()
                        .at("/document/executable")
                        .asString())
                .isEqualTo("wc");
        assertThat(register(anna, sensitive("1")).body().at("/tool/state").asString())
                .isEqualTo("retired");
        assertThat(register(anna, sensitive("2")).status()).isEqualTo(201);
        assertThat(propose("a").state()).startsWith("approve");
    }

    @Test
    void anOutputThatIsNotAsDeclaredEndsTheCallAsFailed() {
        register(anna, declaring());
        allow();
        assertThat(ran("{\"n\":3}").state()).isEqualTo("done succeeded OK");
        assertThat(ran("{\"n\":3}").body().at("/result/value/n").asInt()).isEqualTo(3);
        for (String wrong : List.of("{\"n\":\"3\"}", "3 files", "", "{\"n\":3,\"n\":4}", "[]")) {
            Answer ended = ran(wrong);
            assertThat(ended.state()).as(wrong).isEqualTo("done failed OUTPUT_INVALID");
            assertThat(ended.body().at("/result/stdout").asString()).isEqualTo(wrong);
            assertThat(ended.body().at("/result/output_errors/0/detail").asString())
                    .isNotEmpty();
            assertThat(ended.body().path("result").has("value")).isFalse();
            assertThat(ended.body().path("message").asString()).contains("not what the tool declares");
        }
    }

    private Answer ran(String stdout) {
        String id = propose("a").id();
        approve(id);
        voices.started(id);
        voices.executed(id, CallOutcome.SUCCEEDED, "OK", stdout);
        return service.ended(agent, id);
    }

    @ParameterizedTest
    @CsvSource({"-c,arguments.file", "--files0-from=x,arguments.file", "-,arguments.file"})
    void aValueIsNoOption(String file, String field) {
        register(anna, sensitive("1").replace("\"--\",", ""));
        allow();
        Answer refused = propose(file);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("INVALID_ARGUMENTS");
        assertThat(refused.body().at("/errors/0/field").asString()).isEqualTo(field);
        assertThat(propose("c").state()).as("control").startsWith("approve");
    }

    @Test
    void pathsThatLeadOutAreDeniedBeforeAnybodyIsAsked() {
        register(anna, sensitive("1"));
        allow();
        assertThat(propose("../x").state()).isEqualTo("done denied PATH_OUTSIDE_WORKSPACE");
    }

    @Test
    void schemasThatAreNoneAreRefused() {
        Answer refused = register(anna, sensitive("1").replace("\"maxLength\":200", "\"maxLength\":\"many\""));
        assertThat(refused.code()).isEqualTo("INVALID_TOOL");
        assertThat(refused.body().at("/errors/0/field").asString()).startsWith("input_schema.properties.file");
        assertThat(register(anna, "{").code()).isEqualTo("INVALID_TOOL");
        assertThat(register(anna, "[]").code()).isEqualTo("INVALID_TOOL");
        assertThat(register(anna, "{\"name\":\"a\",\"name\":\"b\"}").code()).isEqualTo("INVALID_TOOL");
    }

    @Test
    void theToolsThatTheCallerCanCallAreListedInTheShapesOfModels() {
        register(anna, declaring());
        assertThat(names("openai", "/function/name")).doesNotContain(name.replace('.', '_'));
        allow();

        assertThat(names("openai", "/function/name"))
                .contains("fs_read", "process_run", name.replace('.', '_'))
                .allMatch(each -> each.matches("[a-zA-Z0-9_-]{1,64}"));
        assertThat(names("mcp", "/name")).contains("fs.read", name).isSorted();
        JsonNode mcp = shape("mcp", "/name", name);
        assertThat(mcp.at("/inputSchema/properties/file/type").asString()).isEqualTo("string");
        assertThat(mcp.at("/outputSchema/properties/n/type").asString()).isEqualTo("integer");
        assertThat(mcp.at("/annotations/readOnlyHint").asBoolean()).isFalse();
        assertThat(shape("mcp", "/name", "fs.read")
                        .at("/annotations/readOnlyHint")
                        .asBoolean())
                .isTrue();
        assertThat(shape("openai", "/function/name", "process_run")
                        .at("/function/description")
                        .asString())
                .contains("Programs that run at once");
        assertThat(service.with(agent, "GET", "/v1/tools?format=soap", null).status())
                .isEqualTo(400);

        service.enable("openai-tool-calls");
        String calls = """
                {"run_id":"r","tool_calls":[{"id":"1","function":{"name":"%s","arguments":"{\\"file\\":\\"a\\"}"}}]}""".formatted(name.replace('.', '_'));
        Answer called = service.with(agent, "POST", "/v1/openai/tool-calls", calls, "Prefer", "wait=0");
        assertThat(called.body().at("/calls/0/state/phase").asString())
                .as("the name is mapped back: " + called.body())
                .isEqualTo("approve");
    }

    private List<String> names(String format, String pointer) {
        return service.with(agent, "GET", "/v1/tools?limit=200&format=" + format, null)
                .body()
                .path("items")
                .valueStream()
                .map(item -> item.at(pointer).asString())
                .toList();
    }

    private JsonNode shape(String format, String pointer, String wanted) {
        return service.with(agent, "GET", "/v1/tools?limit=200&format=" + format, null)
                .body()
                .path("items")
                .valueStream()
                .filter(item -> item.at(pointer).asString().equals(wanted))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void onlyWhoManagesToolsRegistersThem() {
        for (String token : List.of(agent, service.person("otto-operates", "operator"))) {
            assertThat(register(token, sensitive("1")).code()).isEqualTo("PERMISSION_MISSING");
            assertThat(service.with(token, "DELETE", path("1"), null).code()).isEqualTo("PERMISSION_MISSING");
        }
        assertThat(register(anna, sensitive("1")).status()).as("control").isEqualTo(201);
    }

    @Test
    void anotherWorkspaceDoesNotSeeTheTool() {
        register(anna, sensitive("1"));
        String elsewhere = "01JF0REGN00000000000000T00";
        service.jdbc()
                .sql("insert into workspace (workspace_id, name) values (:id, 'elsewhere') on conflict do nothing")
                .param("id", elsewhere)
                .update();
        OwnToolTable table = service.bean(OwnToolTable.class);

        assertThat(table.newest(elsewhere, name)).isEmpty();
        assertThat(table.version(elsewhere, name, "1")).isEmpty();
        assertThat(table.decided(elsewhere, name, "1")).isEmpty();
        assertThat(table.after(elsewhere, null, 10)).isEmpty();
        assertThat(table.newest(service.workspaceId(), name)).as("control").isPresent();
    }

    private String document(String version, String capabilities) {
        return """
                {"name":"%s","version":"%s","description":"Counts the lines of a file.","capabilities":%s,
                 "runtime":"process","executable":"wc","argv":["-l","--",{"arg":"file"}],
                 "input_schema":{"type":"object","required":["file"],"additionalProperties":false,
                   "properties":{"file":{"type":"string","maxLength":200}}}}""".formatted(name, version, capabilities);
    }

    private String sensitive(String version) {
        return document(version, "[\"process_exec\"]");
    }

    private String unattended(String version) {
        return document(version, "[]");
    }

    private String declaring() {
        return sensitive("1")
                .replace(
                        "\"runtime\"",
                        "\"output_schema\":{\"type\":\"object\",\"required\":[\"n\"],\"properties\":{\"n\":{\"type\":\"integer\"}}},"
                                + "\"runtime\"");
    }

    private Answer register(String token, String document) {
        return service.with(token, "POST", "/v1/tools", document);
    }

    /** Confirms what is shown now. */
    private Answer confirm(String token) {
        return confirm(
                token,
                service.with(anna, "GET", path("1"), null).body().path("digest").asString("0".repeat(64)));
    }

    private Answer confirm(String token, String digest) {
        return service.with(token, "POST", path("1") + ":confirm", "{\"digest\":\"" + digest + "\"}");
    }

    private String path(String version) {
        return "/v1/tools/" + name + "/versions/" + version;
    }

    private ObjectNode config() {
        return (ObjectNode) service.owner("GET", "/v1/config", null).body();
    }

    private void allow() {
        ObjectNode config = config();
        config.withArray("allowlisted_tools").add(name);
        service.configure(config.toString());
    }

    private Answer propose(String file) {
        return service.propose(agent, "{\"tool\":\"%s\",\"arguments\":{\"file\":\"%s\"}}".formatted(name, file));
    }

    private void approve(String id) {
        voices.say(id, voices.approval(id, "person:owner", "owner"));
        await().atMost(SOON).until(() -> state(id).equals("queue"));
    }

    private String state(String id) {
        return service.with(agent, "GET", "/v1/proposals/" + id, null).state();
    }

    private String subject() {
        return "tool:" + service.workspaceId() + ":" + name + ":1";
    }

    private Audit stated() {
        return (Audit) service.bean(Neighbours.Stated.class)
                .about(subject())
                .statement()
                .predicate();
    }

    private Prompt prompt(String id) {
        byte[] record = service.jdbc()
                .sql("select record from kit_outbox where proposal_id = :id order by id desc limit 1")
                .param("id", id)
                .query((rs, n) -> rs.getBytes(1))
                .single();
        try {
            return Prompt.read(
                    StatementRecord.parse(record).details().values().iterator().next());
        } catch (StatementRefusedException e) {
            throw new IllegalStateException(e);
        }
    }
}
