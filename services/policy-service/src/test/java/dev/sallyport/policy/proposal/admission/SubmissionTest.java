package dev.sallyport.policy.proposal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.policy.proposal.SampleBodies;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SubmissionTest {
    private static final String ECHO = """
            {"tool":"echo","arguments":{"text":"x"}}""";

    /** The field that is named, why, and the body. */
    private static final String MALFORMED = """
            body | empty |
            body | no JSON | nonsense
            body | no object | []
            tool | no tool | {"arguments":{}}
            tool | tool is a number | {"tool":7,"arguments":{}}
            tool | upper case | {"tool":"Echo","arguments":{"text":"x"}}
            tool | full width | {"tool":"\uff45cho","arguments":{"text":"x"}}
            tool | trailing space | {"tool":"echo ","arguments":{"text":"x"}}
            tool | zero width | {"tool":"ec\u200bho","arguments":{"text":"x"}}
            arguments | no arguments | {"tool":"echo"}
            arguments | arguments are a list | {"tool":"echo","arguments":[]}
            arguments | misses what the schema needs | {"tool":"echo","arguments":{}}
            arguments.text | wrong type | {"tool":"echo","arguments":{"text":1}}
            arguments | unknown argument | {"tool":"echo","arguments":{"text":"a","more":1}}
            arguments.text | duplicate key | {"tool":"echo","arguments":{"text":"a","text":"b"}}
            tool | duplicate member | {"tool":"echo","tool":"sleep","arguments":{}}
            arguments.text | lone surrogate | {"tool":"echo","arguments":{"text":"\\ud800"}}
            arguments.text | NUL | {"tool":"echo","arguments":{"text":"\\u0000"}}
            body | NaN | {"tool":"sleep","arguments":{"ms":NaN}}
            arguments.ms | integer too large | {"tool":"sleep","arguments":{"ms":9007199254740993}}
            arguments.ms | not an integer | {"tool":"sleep","arguments":{"ms":1.5}}
            arguments.deep$ZEROS | too deep | {"tool":"echo","arguments":{"text":"a","deep":$DEEP}}
            arguments.text | string too long | {"tool":"echo","arguments":{"text":"$LONG"}}
            extra | unknown member | {"tool":"echo","arguments":{"text":"a"},"extra":1}
            session_id | empty session | {"tool":"echo","arguments":{"text":"a"},"session_id":""}
            run_id | run too long | {"tool":"echo","arguments":{"text":"a"},"run_id":"$RUN"}
            channel | not a channel of the token | {"tool":"echo","arguments":{"text":"a"},"channel":"cli"}
            egress_hosts[1] | upper case | {"tool":"echo","arguments":{"text":"a"},"egress_hosts":["a","EXAMPLE.com"]}
            egress_hosts | too many hosts | {"tool":"echo","arguments":{"text":"a"},"egress_hosts":$HOSTS}
            secrets[0] | no name of a secret | {"tool":"echo","arguments":{"text":"a"},"secrets":["../x"]}
            arguments.executable | a path for a logical name | {"tool":"process.run","arguments":{"executable":"/bin/ls"}}
            arguments.executable | a name in upper case | {"tool":"process.run","arguments":{"executable":"CURL"}}
            """.replace("$ZEROS", "[0]".repeat(31))
            .replace("$DEEP", "[".repeat(33) + "]".repeat(33))
            .replace("$LONG", "x".repeat(65_537))
            .replace("$RUN", "r".repeat(129))
            .replace("$HOSTS", hosts(33));

    private final RunningPolicyService service = SharedService.get();
    private final String name = SharedService.fresh("submits");
    private final String agent = service.agent(name);

    static Stream<Arguments> malformed() {
        return MALFORMED.lines().map(line -> Arguments.of((Object[]) line.split(" ?\\| ?", 3)));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("malformed")
    void whatCannotBeReadIsRefusedWithTheFieldAndNothingIsStored(String field, String why, String body) {
        Answer refused = service.propose(agent, body);

        assertThat(refused.status()).as(why).isEqualTo(400);
        assertThat(refused.response().headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/problem+json");
        assertThat(refused.code()).matches("[A-Z][A-Z0-9_]+");
        if (!body.isEmpty()) {
            assertThat(refused.body().path("errors").get(0).path("field").asString())
                    .isEqualTo(field);
        }
        assertThat(stored()).isZero();
    }

    @Test
    void aWellFormedProposalIsStored() {
        assertThat(service.propose(agent, ECHO).status()).isEqualTo(202);
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws Exception {
        var request = java.net.http.HttpRequest.newBuilder(java.net.URI.create(service.open("/v1/proposals")))
                .headers("Authorization", "Bearer " + agent, "Content-Type", "application/json")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofByteArray(new byte[] {'{', (byte) 0xff, '}'}));
        var response = dev.sallyport.testkit.Client.anonymous().send(request);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("MALFORMED_JSON_NOT_UTF8");
        assertThat(stored()).isZero();
    }

    @Test
    void pathsThatLeaveTheWorkspaceAreDeniedBeforeAnybodyIsAsked() {
        for (String path : List.of("/etc/passwd", "../x", "a/../../x", "a/../b", "/workspace/x", "C:\\\\x", "~/x")) {
            assertThat(service.propose(agent, """
                        {"tool":"fs.write","arguments":{"path":"%s","content":""}}""".formatted(path)).state())
                    .as(path)
                    .isEqualTo("done denied PATH_OUTSIDE_WORKSPACE");
        }
        for (String argument : List.of("/etc", "--file=/etc/x", "-C/etc", "@/etc/x", "if=/dev/zero", "file:///etc")) {
            assertThat(service.propose(agent, """
                        {"tool":"process.run","arguments":{"executable":"ls","args":["%s"]}}""".formatted(argument)).state())
                    .as(argument)
                    .isEqualTo("done denied PATH_OUTSIDE_WORKSPACE");
        }
        assertThat(service.propose(agent, """
                        {"tool":"fs.write","arguments":{"path":"a/./b","content":""}}""").state()).startsWith("approve");
    }

    @Test
    void hostsAndSecretsThatTheToolMayNotUseAreDenied() {
        String echo = """
                {"tool":"echo","arguments":{"text":"x"},%s}""";
        assertThat(service.propose(agent, echo.formatted("\"egress_hosts\":[\"example.com\"]"))
                        .state())
                .isEqualTo("done denied EGRESS_NOT_ALLOWED");
        assertThat(service.propose(agent, echo.formatted("\"secrets\":[\"token\"]"))
                        .state())
                .isEqualTo("done denied SECRET_NOT_ALLOWED");
        assertThat(service.propose(agent, """
                        {"tool":"process.run","arguments":{"executable":"uname"},"secrets":["token"]}""").state())
                .as("no node delivers secrets, so nobody is asked about one")
                .isEqualTo("done denied SECRET_NOT_ALLOWED");
    }

    @Test
    void theSameKeyTwiceInParallelIsOneProposal() {
        String body = """
                {"tool":"echo","arguments":{"text":"once"}}""";
        List<Answer> answers = parallel(8, () -> service.propose(agent, body, "Idempotency-Key", "k1"));

        assertThat(answers).extracting(Answer::status).containsOnly(202);
        assertThat(answers)
                .extracting(Answer::id)
                .containsOnly(answers.getFirst().id());
        assertThat(stored()).isEqualTo(1);

        Answer other = service.propose(agent, body.replace("once", "twice"), "Idempotency-Key", "k1");
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.code()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
        assertThat(service.propose(agent, body, "Idempotency-Key", "k2").id())
                .isNotEqualTo(answers.getFirst().id());
        assertThat(service.propose(agent, body, "Idempotency-Key", "has spaces").status())
                .isEqualTo(400);
    }

    @Test
    void ofAHundredParallelCallsExactlyTheBudgetIsGranted() {
        var config = service.owner("GET", "/v1/config", null).body().toString();
        assertThat(service.owner(
                                "PUT",
                                "/v1/config",
                                config.replace("\"max_calls_per_run\":100", "\"max_calls_per_run\":10"))
                        .status())
                .isEqualTo(200);
        try {
            String body = """
                    {"tool":"echo","arguments":{"text":"x"},"run_id":"r","session_id":"s"}""";
            List<Answer> answers = parallel(100, () -> service.propose(agent, body));

            assertThat(answers.stream().filter(answer -> answer.state().equals("queue")))
                    .hasSize(10);
            assertThat(answers.stream().filter(answer -> answer.state().equals("done denied BUDGET_EXHAUSTED")))
                    .hasSize(90);
            assertThat(service.propose(agent, body.replace("\"r\"", "\"r2\"")).state())
                    .as("another run")
                    .isEqualTo("queue");
        } finally {
            String now = service.owner("GET", "/v1/config", null).body().toString();
            service.owner("PUT", "/v1/config", now.replace("\"max_calls_per_run\":10,", "\"max_calls_per_run\":100,"));
        }
    }

    @Test
    void whatWasAskedAboutAndNotGrantedMovesToTheDeniedBudget() {
        String body = SampleBodies.TOUCH.replaceFirst("\\{", """
                        {"run_id":"moves","session_id":"s",""");
        String id = service.propose(agent, body).id();
        assertThat(budget()).isEqualTo("1/0");

        service.with(agent, "DELETE", "/v1/proposals/" + id, null);

        assertThat(budget()).isEqualTo("0/1");
    }

    @Test
    void listsAreOwnOnesNewestFirstInPages() {
        String body = ECHO;
        List<String> ids = IntStream.range(0, 5)
                .mapToObj(i -> service.propose(agent, body).id())
                .toList();
        String stranger = service.agent(SharedService.fresh("stranger"));

        List<String> seen = new ArrayList<>();
        String next = "";
        do {
            Answer page = service.with(agent, "GET", "/v1/proposals?limit=2" + next, null);
            page.body()
                    .path("items")
                    .forEach(each -> seen.add(each.path("proposal_id").asString()));
            next = page.body().has("next")
                    ? "&after=" + page.body().path("next").asString()
                    : "";
        } while (!next.isEmpty());

        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(ids)
                .isSortedAccordingTo(java.util.Comparator.reverseOrder());
        assertThat(service.with(stranger, "GET", "/v1/proposals", null).body().path("items"))
                .isEmpty();
        assertThat(service.with(stranger, "GET", "/v1/proposals/" + ids.getFirst(), null)
                        .status())
                .isEqualTo(404);
        assertThat(service.with(stranger, "DELETE", "/v1/proposals/" + ids.getFirst(), null)
                        .status())
                .isEqualTo(404);
        assertThat(service.with(stranger, "GET", "/v1/proposals/" + ids.getFirst() + "/events", null)
                        .status())
                .isEqualTo(404);
        assertThat(service.owner("GET", "/v1/proposals/" + ids.getFirst(), null).status())
                .isEqualTo(200);
        assertThat(service.with(agent, "GET", "/v1/proposals?limit=0", null).status())
                .isEqualTo(400);
    }

    @Test
    void eventsTellEveryStateUpToTheEnd() throws Exception {
        String id = service.propose(agent, SampleBodies.UNAME).id();
        new NeighbourStatements(service).executed(id, CallOutcome.SUCCEEDED, "OK", "");
        service.ended(agent, id);

        var response = dev.sallyport.testkit.Client.anonymous()
                .get(service.open("/v1/proposals/" + id + "/events"), "Authorization", "Bearer " + agent);

        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        assertThat(response.body().lines().filter(line -> line.startsWith("data:")))
                .hasSize(2)
                .first()
                .asString()
                .contains("\"phase\":\"queue\"");
        assertThat(response.body()).contains("\"outcome\":\"succeeded\"");
        assertThat(service.with(agent, "GET", "/v1/proposals/" + id + "/explanation", null)
                        .body()
                        .path("code")
                        .asString())
                .isEqualTo("ALLOWED");
    }

    @Test
    void theMostAndLongestNamesThatAreAcceptedFitIntoStatements() {
        String names = IntStream.range(0, 16)
                .mapToObj(i -> "\"" + "s".repeat(126) + String.format("%02d", i) + "\"")
                .collect(Collectors.joining(",", "[", "]"));
        Answer denied = service.propose(agent, """
                {"tool":"process.run","arguments":{"executable":"ls"},"egress_hosts":%s,"secrets":%s,
                "session_id":"%s","run_id":"%s"}""".formatted(hosts(32), names, "s".repeat(128), "r".repeat(128)));

        assertThat(denied.status()).isEqualTo(201);
        assertThat(denied.state()).isEqualTo("done denied EGRESS_NOT_ALLOWED");
    }

    private static String hosts(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"" + "a%02d.".formatted(i) + ("x".repeat(60) + ".").repeat(4) + "abcde\"")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private String budget() {
        return service.jdbc()
                .sql("select granted || '/' || denied from run_budget where principal = :who and run = 'moves'")
                .param("who", "agent:" + name)
                .query(String.class)
                .single();
    }

    private long stored() {
        return service.jdbc()
                .sql("select count(*) from proposal where principal = :who")
                .param("who", "agent:" + name)
                .query(Long.class)
                .single();
    }

    private static List<Answer> parallel(int times, Callable<Answer> call) {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> futures = IntStream.range(0, times)
                    .mapToObj(i -> executor.submit(call))
                    .toList();
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> future : futures) {
                answers.add(future.get());
            }
            return answers;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
