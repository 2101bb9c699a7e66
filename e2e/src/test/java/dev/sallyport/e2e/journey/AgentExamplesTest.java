package dev.sallyport.e2e.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Command;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Owner;
import dev.sallyport.e2e.harness.People;
import dev.sallyport.e2e.harness.People.Token;
import dev.sallyport.e2e.harness.Repository;
import dev.sallyport.e2e.harness.SharedFleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The examples of {@code docs/agents}, as they stand there, against the fleet. */
@ExtendWith(SharedFleet.class)
class AgentExamplesTest {
    private static final Path EXAMPLES = Repository.root().resolve("docs/agents");
    private static final Path INSTALLED = Repository.root().resolve("e2e/target/agents");
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** What models send, good and bad: it runs, it is denied, a person is asked, it is no call at all. */
    private static final String SIX_CALLS = """
            {"role":"assistant","content":"I write a file.","tool_calls":[
             {"id":"call_a","type":"function","function":{"name":"echo","arguments":"{\\"text\\":\\"hello\\"}"}},
             {"id":"call_b","type":"function","function":{"name":"process_run",
               "arguments":"{\\"executable\\":\\"uname\\",\\"args\\":[\\"-s\\"]}"}},
             {"id":"call_c","type":"function","function":{"name":"process_run",
               "arguments":"{\\"executable\\":\\"curl\\",\\"args\\":[\\"x.org\\"]}"}},
             {"id":"call_d","type":"function","function":{"name":"fs_write",
               "arguments":"{\\"path\\":\\"yes.txt\\",\\"content\\":\\"by a model\\"}"}},
             {"id":"call_e","type":"function","function":{"name":"fs_write",
               "arguments":"{\\"path\\":\\"no.txt\\",\\"content\\":\\"by a model\\"}"}},
             {"id":"call_f","type":"function","function":{"name":"process_run",
               "arguments":"{\\"executable\\":\\"ls -la\\"}"}}]}""";

    private static final String A_READ = """
            {"role":"assistant","content":"Written. I look.","tool_calls":[
             {"id":"call_g","type":"function","function":{"name":"fs_read","arguments":"{\\"path\\":\\"yes.txt\\"}"}}]}""";

    private static final String LAST_WORDS = """
            {"role":"assistant","content":"One file is written."}""";

    private People people;
    private Token token;
    private Fleet fleet;
    private Calls calls;
    private Owner owner;
    private Api questions;

    @BeforeEach
    void anAgentOfItsOwn(Fleet running) {
        fleet = running;
        people = new People(running);
        token = people.agent("examples-" + System.nanoTime());
        calls = new Calls(running, agent());
        owner = new Owner(running);
        questions = running.owner("approval-service");
    }

    @AfterEach
    void revoked() {
        people.revoke(token);
    }

    private Api agent() {
        return new Api(fleet.url("policy-service"), token.secret());
    }

    @Test
    void theLoopOnOpenAisClientLetsAModelCallToolsAndTellsItWhatCameOut() throws IOException {
        install();
        Runnable undo = new Owner(fleet)
                .configure(config -> config.withArray("features").add("openai-tool-calls"));
        try (ScriptedModel model = ScriptedModel.answering(SIX_CALLS, A_READ, LAST_WORDS)) {
            CompletableFuture<Command> loop = started(
                    Map.of("OPENAI_BASE_URL", model.url(), "OPENAI_API_KEY", "none"),
                    "node",
                    INSTALLED.resolve("openai_loop.mjs").toString(),
                    "write",
                    "a file");
            List<String> asked = waiting(loop, 2);
            JsonNode yes = owner.question(asked.getFirst());
            assertThat(questions.get(path(yes)).text())
                    .as("the person who is asked reads the model's words")
                    .contains("I write a file.");
            owner.approve(yes);
            String no = path(owner.question(asked.getLast()));
            String reason = Api.JSON
                    .createObjectNode()
                    .put("prompt_digest", questions.get(no).at("/prompt_digest"))
                    .put("reason", "not on a Friday")
                    .toString();
            assertThat(questions.post(no + ":deny", reason, Map.of()).status()).isEqualTo(200);

            Command ended = loop.join();
            assertThat(ended.exitCode()).as(ended.toString()).isZero();
            assertThat(ended.output()).isEqualTo("One file is written.\n");
            assertThat(model.requests()).hasSize(3);
            assertThat(model.requests()
                            .getFirst()
                            .path("tools")
                            .valueStream()
                            .map(tool -> tool.at("/function/name").asString()))
                    .contains("echo", "process_run", "fs_read", "fs_write");
            JsonNode told = told(model.requests().get(1));
            assertThat(told.propertyNames())
                    .containsExactly("call_a", "call_b", "call_c", "call_d", "call_e", "call_f");
            assertThat(told.path("call_a").path("result").toString()).contains("hello");
            assertThat(told.path("call_b").at("/result/stdout").asString()).isEqualTo("Linux\n");
            assertThat(told.path("call_c").at("/state/code").asString()).isEqualTo("EXECUTABLE_NOT_ALLOWED");
            assertThat(told.path("call_c").path("to_allow")).isNotEmpty();
            assertThat(told.path("call_d").at("/state/outcome").asString()).isEqualTo("succeeded");
            assertThat(told.path("call_e").at("/state/code").asString()).isEqualTo("DENIED_BY_APPROVER");
            assertThat(told.path("call_e").path("message").asString()).contains("not on a Friday");
            assertThat(told.path("call_f").path("code").asString()).isEqualTo("INVALID_ARGUMENTS");
            assertThat(told(model.requests().get(2)).path("call_g").toString()).contains("by a model");
        } finally {
            undo.run();
        }
        Answer all = agent().get("/v1/proposals");
        assertThat(all.json().path("items"))
                .as("each call once, however often the loop asked: " + all)
                .hasSize(6);
    }

    @Test
    void theCallWithCurlPrintsOneTextForEachKindOfEnd() {
        Command ran = started(Map.of(), call("process.run", "{\"executable\":\"uname\",\"args\":[\"-s\"]}"))
                .join();
        assertThat(ran.output()).as(ran.toString()).isEqualTo("Linux\n\n");
        Command denied = started(Map.of(), call("process.run", "{\"executable\":\"curl\"}"))
                .join();
        assertThat(denied.exitCode()).as(denied.toString()).isZero();
        assertThat(denied.output()).startsWith("denied EXECUTABLE_NOT_ALLOWED: ");
        Command refused = started(Map.of(), call("process.run", "{\"executable\":\"ls -la\"}"))
                .join();
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.errors()).startsWith("INVALID_ARGUMENTS: ");
        CompletableFuture<Command> waiting =
                started(Map.of(), call("fs.write", "{\"path\":\"c.txt\",\"content\":\"by curl\"}"));
        owner.approve(owner.question(waiting(waiting, 1).getFirst()));
        Command written = waiting.join();
        assertThat(written.exitCode()).as(written.toString()).isZero();
        assertThat(calls.content("c.txt")).isEqualTo("by curl");
    }

    private static String path(JsonNode question) {
        return "/v1/approvals/" + question.path("approval_id").asString();
    }

    private static String[] call(String tool, String arguments) {
        return new String[] {"bash", EXAMPLES.resolve("call.sh").toString(), tool, arguments};
    }

    private CompletableFuture<Command> started(Map<String, String> environment, String... command) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("SALLYPORT_URL", fleet.url("policy-service"));
        all.put("SALLYPORT_TOKEN", token.secret());
        return CompletableFuture.supplyAsync(() -> Command.run(List.of(command), all, "", PATIENCE));
    }

    /** The calls that wait for a person, in the order in which they were proposed. */
    private List<String> waiting(CompletableFuture<Command> example, int count) {
        return Awaitility.await(count + " calls to wait for a person")
                .atMost(PATIENCE)
                .failFast("the example has ended before anybody was asked", example::isDone)
                .until(
                        () -> agent().get("/v1/proposals")
                                .json()
                                .path("items")
                                .valueStream()
                                .filter(call ->
                                        call.at("/state/phase").asString().equals("approve"))
                                .map(call -> call.path("proposal_id").asString())
                                .sorted()
                                .toList(),
                        found -> found.size() == count);
    }

    /** What the model was told of each call, by the call's id. */
    private static JsonNode told(JsonNode request) {
        ObjectNode told = Api.JSON.createObjectNode();
        for (JsonNode message : request.path("messages")) {
            if (message.path("role").asString().equals("tool")) {
                told.set(
                        message.path("tool_call_id").asString(),
                        Api.JSON.readTree(message.path("content").asString()));
            }
        }
        return told;
    }

    /** The client library as the lock file has it; what an earlier run has installed counts. */
    private static void install() throws IOException {
        Files.createDirectories(INSTALLED);
        Path lock = INSTALLED.resolve("package-lock.json");
        Path used = EXAMPLES.resolve("package-lock.json");
        boolean there = Files.exists(INSTALLED.resolve("node_modules/openai/package.json"))
                && Files.exists(lock)
                && Files.mismatch(lock, used) == -1;
        Files.copy(
                EXAMPLES.resolve("openai_loop.mjs"),
                INSTALLED.resolve("openai_loop.mjs"),
                StandardCopyOption.REPLACE_EXISTING);
        if (there) {
            return;
        }
        for (String file : List.of("package.json", "package-lock.json")) {
            Files.copy(EXAMPLES.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Command npm = Command.run(
                List.of("npm", "ci", "--prefix", INSTALLED.toString(), "--ignore-scripts", "--no-audit", "--no-fund"),
                Map.of(),
                "",
                PATIENCE);
        assertThat(npm.exitCode())
                .as("npm has to reach a registry once, to install what docs/agents/package-lock.json names into "
                        + INSTALLED + ":\n" + npm)
                .isZero();
    }
}
