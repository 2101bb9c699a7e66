package dev.sallyport.policy.proposal.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** An assistant's tool calls as proposals, and the messages that come back. */
class ToolCallsTest {
    private static final String ECHO = """
            {"id":"c1","type":"function","function":{"name":"echo","arguments":"{\\"text\\":\\"x\\"}"}}""";

    private static final String TOUCH = """
            {"id":"c2","type":"function","function":{"name":"process_run",
             "arguments":"{\\"executable\\":\\"touch\\",\\"args\\":[\\"a\\"]}"}}""";

    private final RunningPolicyService service = SharedService.get();
    private final NeighbourStatements voices = new NeighbourStatements(service);
    private final String agent = service.agent(SharedService.fresh("assists"));

    @BeforeEach
    void theDoorIsOpen() {
        service.enable("openai-tool-calls");
    }

    @Test
    void eachCallIsAProposalAndTheSameMessageAgainRunsNothingTwice() {
        Answer first = send("0", "r1", ECHO, TOUCH);
        assertThat(first.status()).as(first.body().toString()).isEqualTo(202);
        String echo = first.body().at("/calls/0/proposal_id").asString();
        voices.started(echo);
        voices.executed(echo, CallOutcome.SUCCEEDED, "OK", "x");
        service.ended(agent, echo);

        Answer again = send("0", "r1", ECHO, TOUCH);

        assertThat(again.status()).isEqualTo(202);
        assertThat(again.body().at("/calls/0/proposal_id").asString()).isEqualTo(echo);
        assertThat(again.body().at("/calls/1/proposal_id"))
                .isEqualTo(first.body().at("/calls/1/proposal_id"));
        JsonNode message = again.body().at("/messages/0");
        assertThat(message.path("role").asString()).isEqualTo("tool");
        assertThat(message.path("tool_call_id").asString()).isEqualTo("c1");
        JsonNode content = content(again, 0);
        assertThat(content.at("/state/outcome").asString()).isEqualTo("succeeded");
        assertThat(content.at("/result/stdout").asString()).isEqualTo("x");
        assertThat(content(again, 1).path("message").asString()).contains("person", "send the same tool calls again");
        assertThat(send("0", "r2", ECHO).body().at("/calls/0/proposal_id").asString())
                .as("another run")
                .isNotEqualTo(echo);
    }

    @Test
    void whatIsRefusedIsToldToTheModelAndTheOthersGoOn() {
        Answer answer = send(
                "0",
                "r1",
                call("a", "echo", "{\\\"text\\\":1}"),
                call("b", "echo", "no JSON"),
                call("c", "No Tool", "{}"),
                call("d", "rocket_launch", ""),
                ECHO);

        assertThat(answer.body()
                        .path("calls")
                        .valueStream()
                        .map(call -> call.path("code").asString("")))
                .containsExactly("INVALID_ARGUMENTS", "INVALID_ARGUMENTS", "INVALID_TOOL_NAME", "", "");
        assertThat(content(answer, 0).at("/errors/0/field").asString()).isEqualTo("arguments.text");
        assertThat(content(answer, 3).at("/state/code").asString()).isEqualTo("UNKNOWN_TOOL");
        assertThat(content(answer, 4).at("/state/phase").asString()).isEqualTo("queue");
        Answer reused = send("0", "r1", ECHO.replace("\\\"x", "\\\"y"));
        assertThat(reused.body().at("/calls/0/code").asString()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "tool_calls | {\"run_id\":\"r\"}",
                "tool_calls | {\"run_id\":\"r\",\"tool_calls\":[]}",
                "run_id | {\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"echo\",\"arguments\":\"{}\"}}]}",
                "tool_calls[0].id | {\"run_id\":\"r\",\"tool_calls\":[{\"function\":{\"name\":\"e\",\"arguments\":\"\"}}]}",
                "tool_calls[0].function.name | {\"run_id\":\"r\",\"tool_calls\":[{\"id\":\"a\"}]}",
                "tool_calls[0].function.arguments | {\"run_id\":\"r\",\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"e\",\"arguments\":{}}}]}",
                "more | {\"run_id\":\"r\",\"more\":1}",
                "body | nonsense"
            })
    void aMessageThatIsNoneIsRefusedWithTheField(String field, String body) {
        Answer refused = service.with(agent, "POST", "/v1/openai/tool-calls", body);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().at("/errors/0/field").asString()).isEqualTo(field);
    }

    @Test
    void whatTheModelSaysBesideItsCallsIsTheirRationale() {
        String message = "{\"run_id\":\"r\",\"content\":%s,\"tool_calls\":[" + ECHO + "]}";
        assertThat(rationale(message, "\" I look first. \"")).isEqualTo("I look first.");
        assertThat(rationale(message, "\"" + "\ud83d\ude00".repeat(1_001) + "\""))
                .isEqualTo("\ud83d\ude00".repeat(999) + "…");
        for (String nothing : List.of("null", "\"  \"", "[{\"type\":\"text\",\"text\":\"a\"}]")) {
            assertThat(rationale(message, nothing)).as(nothing).isNull();
        }
    }

    private static @Nullable String rationale(String message, String content) {
        return ToolCallsBody.read(message.formatted(content).getBytes(UTF_8)).rationale();
    }

    @FuzzTest
    void whateverTheMessageItIsReadOrRefused() {
        Fuzz.target("tool-calls")
                .samples("{\"run_id\":\"r\",\"role\":\"assistant\",\"tool_calls\":[" + ECHO + "," + TOUCH + "]}")
                .words("\"id\"", "function", "arguments", "null", "[]")
                .refusing(ProblemException.class)
                .longest(64 << 10)
                .run(input -> assertThat(ToolCallsBody.read(input).calls()).isNotEmpty());
    }

    private static String call(String id, String name, String arguments) {
        return "{\"id\":\"%s\",\"type\":\"function\",\"function\":{\"name\":\"%s\",\"arguments\":\"%s\"}}"
                .formatted(id, name, arguments);
    }

    private static JsonNode content(Answer answer, int index) {
        return RunningPolicyService.JSON.readTree(
                answer.body().at("/messages/" + index + "/content").asString().getBytes(UTF_8));
    }

    private Answer send(String wait, String run, String... calls) {
        String body = "{\"role\":\"assistant\",\"content\":null,\"run_id\":\"%s\",\"tool_calls\":[%s]}"
                .formatted(run, String.join(",", calls));
        return service.with(agent, "POST", "/v1/openai/tool-calls", body, "Prefer", "wait=" + wait);
    }
}
