package dev.sallyport.policy.proposal.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.policy.proposal.SampleBodies;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.prompt.Prompt;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

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
            egress_hosts[0] | an address | {"tool":"echo","arguments":{"text":"a"},"egress_hosts":["127.0.0.1"]}
            egress_hosts[0] | the port of https | {"tool":"echo","arguments":{"text":"a"},"egress_hosts":["a.example:443"]}
            egress_hosts[0] | a star | {"tool":"echo","arguments":{"text":"a"},"egress_hosts":["*.example"]}
            arguments.url | an address for a host | {"tool":"http.fetch","arguments":{"url":"https://0x7f.1/"}}
            arguments.url | a user before the host | {"tool":"http.fetch","arguments":{"url":"https://a.example@b.example/"}}
            egress_hosts | too many hosts | {"tool":"echo","arguments":{"text":"a"},"egress_hosts":$HOSTS}
            rationale | too many words | {"tool":"echo","arguments":{"text":"a"},"rationale":"$WORDS"}
            rationale | no text | {"tool":"echo","arguments":{"text":"a"},"rationale":["why"]}
            secrets[0] | no name of a secret | {"tool":"echo","arguments":{"text":"a"},"secrets":["../x"]}
            arguments.executable | a path for a logical name | {"tool":"process.run","arguments":{"executable":"/bin/ls"}}
            arguments.executable | a name in upper case | {"tool":"process.run","arguments":{"executable":"CURL"}}
            """.replace("$ZEROS", "[0]".repeat(31))
            .replace("$DEEP", "[".repeat(33) + "]".repeat(33))
            .replace("$LONG", "x".repeat(65_537))
            .replace("$RUN", "r".repeat(129))
            .replace("$WORDS", "w".repeat(1_001))
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "/bin/ls | {\"executable\":\"ls\"}",
                "ls -la  | {\"executable\":\"ls\",\"args\":[\"-la\"]}",
                "/bin/ls -l docs | {\"executable\":\"ls\",\"args\":[\"-l\",\"docs\"]}",
                "LS | its options go into `args`."
            })
    void aCommandLineAsTheProgramIsToldHowItIsWritten(String executable, String told) {
        Answer refused = service.propose(agent, """
                {"tool":"process.run","arguments":{"executable":"%s"}}""".formatted(executable));

        assertThat(refused.code()).isEqualTo("INVALID_ARGUMENTS");
        assertThat(refused.body().path("detail").asString())
                .contains("one program name")
                .contains(told);
        assertThat(refused.body().path("errors").get(0).path("field").asString())
                .isEqualTo("arguments.executable");
    }

    @Test
    void whoIsAskedSeesTheAgentsOwnWords() {
        String id = service.propose(
                        agent, SampleBodies.TOUCH.replaceFirst("\\{", "{\"rationale\":\"I <b>need</b> it\","))
                .id();
        Prompt prompt = prompt(id);
        Prompt without = prompt(service.propose(agent, SampleBodies.TOUCH).id());

        assertThat(prompt.rationale()).isEqualTo("I <b>need</b> it");
        assertThat(prompt.tool()).isEqualTo(without.tool());
        assertThat(without.rationale()).isEmpty();
    }

    @Test
    void theAgentsWordsAreKeptAlsoWhereNobodyIsAsked() throws StatementRefusedException {
        for (String proposal : List.of(SampleBodies.UNAME, SampleBodies.CURL)) {
            String id = service.propose(
                            agent, proposal.replaceFirst("\\{", "{\"rationale\":\"for the r\u00e9sum\u00e9\","))
                    .id();
            StatementRecord proposed = record(id, "asc");
            ToolProposed predicate = (ToolProposed)
                    Statement.parse(proposed.signed().envelope().payload()).predicate();
            Detail kept = Objects.requireNonNull(proposed.details()
                    .get(Objects.requireNonNull(predicate.rationale()).digest()));
            assertThat(new String(kept.content(), UTF_8)).as(proposal).isEqualTo("for the r\u00e9sum\u00e9");
        }
        ToolProposed without = (ToolProposed) Statement.parse(
                        record(service.propose(agent, SampleBodies.UNAME).id(), "asc")
                                .signed()
                                .envelope()
                                .payload())
                .predicate();
        assertThat(without.rationale()).isNull();
    }

    private StatementRecord record(String id, String order) {
        byte[] record = service.jdbc()
                .sql("select record from kit_outbox where proposal_id = :id order by id " + order + " limit 1")
                .param("id", id)
                .query((rs, n) -> rs.getBytes(1))
                .single();
        try {
            return StatementRecord.parse(record);
        } catch (StatementRefusedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Prompt prompt(String id) {
        return Prompt.read(record(id, "desc").details().values().iterator().next());
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
        for (String argument : List.of("/etc", "--file=/etc/x", "-C/etc", "a/../../etc", "--nosuch=@/etc/x")) {
            assertThat(service.propose(agent, """
                        {"tool":"process.run","arguments":{"executable":"ls","args":["%s"]}}""".formatted(argument)).state())
                    .as(argument)
                    .isEqualTo("done denied PATH_OUTSIDE_WORKSPACE");
        }
        assertThat(service.propose(agent, """
                        {"tool":"fs.write","arguments":{"path":"a/./b","content":""}}""").state()).startsWith("approve");
    }

    /** Words that look like paths are no reason to deny what people write every day. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "expr | 6 / 2",
                "seq | -s/ 1 3",
                "echo | https://example.org/x",
                "echo | ~5 minutes",
                "echo | - / -",
                "date | +%Y/%m/%d",
                "date | -d 1/2/2026",
                "expr | /etc/passwd : /etc",
                "ls | file:///etc",
                "cat | /dev/null",
                "ls | /workspace/docs ./a//b"
            })
    void ordinaryArgumentsRunWithoutAHuman(String program, String args) {
        String list =
                Stream.of(args.split(" ", -1)).map(each -> "\"" + each + "\"").collect(Collectors.joining(","));

        assertThat(service.propose(agent, """
                {"tool":"process.run","arguments":{"executable":"%s","args":[%s]}}""".formatted(program, list)).state()).isEqualTo("queue");
    }

    @Test
    void aPathThatClimbsOutAmongAProgramsArgumentsIsDeniedBeforeAnybodyIsAsked() {
        for (String path : List.of("../x", "a/../../x", "/workspace/../etc/passwd", "--target-directory=../x")) {
            assertThat(service.propose(agent, SampleBodies.TOUCH.replace("\"a\"", "\"" + path + "\""))
                            .state())
                    .as(path)
                    .isEqualTo("done denied PATH_OUTSIDE_WORKSPACE");
        }
        assertThat(service.propose(agent, SampleBodies.TOUCH.replace("\"a\"", "\"/workspace/x\""))
                        .state())
                .as("control")
                .startsWith("approve");
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

    /** An agent that went away finds the outcome by its key as long as people may be asked, and a day longer. */
    @Test
    void theKeyOfACallThatWaitsForPeopleOutlivesTheirTimeToAnswer() {
        String key = "away";
        String id = service.propose(agent, SampleBodies.TOUCH, "Idempotency-Key", key)
                .id();
        assertThat(keptFor(key)).isEqualTo(24 * 3600 + 300);
        assertThat(service.propose(agent, SampleBodies.TOUCH, "Idempotency-Key", key)
                        .id())
                .isEqualTo(id);

        service.jdbc()
                .sql("update idempotency_key set kept_until = now() - interval '1 second'"
                        + " where key = :key and principal = :principal")
                .param("key", key)
                .param("principal", "agent:" + name)
                .update();
        assertThat(service.propose(agent, SampleBodies.TOUCH, "Idempotency-Key", key)
                        .id())
                .as("control: a key whose time is over stands for nothing")
                .isNotEqualTo(id);

        String allowed = "allowed";
        service.propose(agent, SampleBodies.UNAME, "Idempotency-Key", allowed);
        assertThat(keptFor(allowed)).isEqualTo(24 * 3600);
    }

    private long keptFor(String key) {
        return service.jdbc()
                .sql("select extract(epoch from kept_until - created_at)::bigint from idempotency_key"
                        + " where key = :key and principal = :principal")
                .param("key", key)
                .param("principal", "agent:" + name)
                .query(Long.class)
                .single();
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
    void theSameJsonInOtherBytesIsTheSameProposal() {
        Answer first = service.propose(agent, """
                {"tool":"echo","arguments":{"text":"once"},"run_id":"r"}""", "Idempotency-Key", "order");
        Answer second = service.propose(agent, """
                { "run_id": "r", "arguments": { "text": "\\u006fnce" }, "tool": "echo" }""", "Idempotency-Key", "order");
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(service.propose(agent, """
                        {"tool":"echo","arguments":{"text":"once"},"run_id":"s"}""", "Idempotency-Key", "order").code())
                .isEqualTo("IDEMPOTENCY_KEY_REUSED");
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
            List<Answer> answers = parallel(100, () -> taken(body));

            assertThat(answers.stream().filter(answer -> answer.state().equals("queue")))
                    .hasSize(10);
            assertThat(answers.stream().filter(answer -> answer.state().equals("done denied BUDGET_EXHAUSTED")))
                    .hasSize(90);
            assertThat(service.propose(agent, body.replace("\"r\"", "\"r2\"")).state())
                    .as("another run")
                    .isEqualTo("queue");
        } finally {
            service.configure(config);
        }
    }

    /** More than one caller may have waiting come again. */
    private Answer taken(String body) {
        Answer answer = service.propose(agent, body);
        while (answer.code().equals("OVERLOADED")) {
            answer = service.propose(agent, body);
        }
        return answer;
    }

    @Test
    void aRunThatHasUsedUpItsDeniedCallsIsRefusedWithoutARowAndThatIsStatedOnce() {
        var config = service.owner("GET", "/v1/config", null).body().toString();
        service.owner("PUT", "/v1/config", config.replace("\"max_calls_per_run\":100", "\"max_calls_per_run\":1"));
        try {
            String body = """
                    {"tool":"echo","arguments":{"text":"x"},"run_id":"loops","session_id":"s"}""";
            assertThat(service.propose(agent, body).state()).isEqualTo("queue");
            for (int i = 0; i < 10; i++) {
                Answer spent = service.propose(agent, body);
                assertThat(spent.state()).isEqualTo("done denied BUDGET_EXHAUSTED");
                assertThat(spent.body().path("message").asString())
                        .contains("used all its calls")
                        .doesNotContain("another run");
            }
            long stored = stored();
            for (int i = 0; i < 3; i++) {
                Answer refused = service.propose(agent, body, "Idempotency-Key", "again");
                assertThat(refused.status()).isEqualTo(429);
                assertThat(refused.code()).isEqualTo("RUN_SPENT");
                assertThat(refused.body().path("detail").asString()).doesNotContain("another run");
            }
            assertThat(stored()).isEqualTo(stored);
            assertThat(service.propose(agent, body.replace("loops", "other")).state())
                    .as("another run")
                    .isEqualTo("queue");

            service.bean(RefusedProposals.class).state();
            service.bean(RefusedProposals.class).state();
            assertThat(service.jdbc()
                            .sql("select count(*) from kit_outbox where subject = :subject")
                            .param("subject", "principal:agent:" + name)
                            .query(Integer.class)
                            .single())
                    .isEqualTo(1);
        } finally {
            service.configure(config);
        }
    }

    @Test
    void peopleAreAskedOnlySoMuchAtOnceAboutOneSessionAndOnePrincipal() {
        String other = service.agent(SharedService.fresh("others"));
        List<String> first = questions("one", 20);
        Answer over = service.propose(agent, touch("one"));
        assertThat(over.status()).isEqualTo(201);
        assertThat(over.state()).isEqualTo("done denied TOO_MANY_PENDING");
        assertThat(over.body().path("to_allow").toString()).contains("people have answered");
        questions("two", 10);
        assertThat(service.propose(agent, touch("three")).state())
                .as("thirty of one principal")
                .isEqualTo("done denied TOO_MANY_PENDING");
        assertThat(service.propose(agent, ECHO).state())
                .as("nobody is asked about it")
                .isEqualTo("queue");
        assertThat(service.propose(other, touch("one")).state())
                .as("somebody else's")
                .startsWith("approve");

        service.with(agent, "DELETE", "/v1/proposals/" + first.getFirst(), null);
        assertThat(service.propose(agent, touch("three")).state()).startsWith("approve");
    }

    private List<String> questions(String session, int count) {
        List<Answer> asked = IntStream.range(0, count)
                .mapToObj(_ -> service.propose(agent, touch(session)))
                .toList();
        assertThat(asked).extracting(Answer::state).containsOnly("approve SENSITIVE_NEEDS_APPROVAL");
        return asked.stream().map(Answer::id).toList();
    }

    private static String touch(String session) {
        return SampleBodies.TOUCH.replaceFirst("\\{", "{\"session_id\":\"" + session + "\",");
    }

    @Test
    void theRowThatAllCallsOfARunShareIsHeldLast() throws Exception {
        String body = """
                {"tool":"echo","arguments":{"text":"x"},"run_id":"shared","session_id":"s"}""";
        service.propose(agent, body);
        try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> waits = Objects.requireNonNull(service.bean(TransactionTemplate.class)
                    .execute(_ -> {
                        service.jdbc()
                                .sql("select 1 from run_budget where principal = :who and run = 'shared' for update")
                                .param("who", "agent:" + name)
                                .query()
                                .singleRow();
                        Future<Answer> sent = senders.submit(() -> service.propose(agent, body));
                        Awaitility.await("the proposal to wait for the budget, with everything else written")
                                .pollInSameThread()
                                .atMost(Duration.ofMinutes(1))
                                .untilAsserted(() -> assertThat(service.jdbc()
                                                .sql("""
                                                        select count(*) from pg_locks waiting
                                                        join pg_locks wrote on wrote.pid = waiting.pid
                                                        where not waiting.granted
                                                          and pg_backend_pid() = any(pg_blocking_pids(waiting.pid))
                                                          and wrote.relation = 'proposal_history'::regclass
                                                          and wrote.mode = 'RowExclusiveLock'""")
                                                .query(Integer.class)
                                                .single())
                                        .isPositive());
                        return sent;
                    }));
            assertThat(waits.get().state()).isEqualTo("queue");
        }
    }

    @Test
    void aQuestionThatNobodyMayAnswerIsNotAsked() {
        var roles = service.jdbc()
                .sql(
                        "select principal, roles from member where principal like 'person:%' and principal <> 'person:owner'")
                .query((rs, n) ->
                        Map.entry(rs.getString(1), (String[]) rs.getArray(2).getArray()))
                .list();
        service.jdbc()
                .sql("update member set roles = array['auditor'] where principal like 'person:%'"
                        + " and principal <> 'person:owner'")
                .update();
        String channel = service.owner("GET", "/v1/me", null)
                .body()
                .path("channels")
                .path(0)
                .asString();
        try {
            String id = service.owner(
                            "POST",
                            "/v1/proposals",
                            SampleBodies.TOUCH.replaceFirst("\\{", "{\"channel\":\"" + channel + "\","))
                    .id();
            assertThat(service.owner("GET", "/v1/proposals/" + id, null).state())
                    .as("the owner is the only one who could")
                    .isEqualTo("done denied NO_APPROVER");
            assertThat(service.propose(agent, SampleBodies.TOUCH).state()).startsWith("approve");
        } finally {
            roles.forEach(known -> service.jdbc()
                    .sql("update member set roles = :roles where principal = :who")
                    .param("roles", known.getValue())
                    .param("who", known.getKey())
                    .update());
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
    void aListHoldsWhatItsFilterTakesAndRefusesAValueThatNoCallHas() {
        String echo = service.propose(
                        agent, ECHO.replace("\"tool\"", "\"session_id\":\"s-1\",\"run_id\":\"r-1\",\"tool\""))
                .id();
        String denied = service.propose(agent, "{\"tool\":\"no.such\",\"arguments\":{},\"run_id\":\"r-2\"}")
                .id();
        for (String own :
                List.of("session_id=s-1", "run_id=r-1", "tool=echo", "phase=queue", "session_id=s-1&tool=echo")) {
            assertThat(listed(own)).as(own).containsExactly(echo);
        }
        for (String own : List.of("run_id=r-2", "tool=no.such", "phase=done", "outcome=denied")) {
            assertThat(listed(own)).as(own).containsExactly(denied);
        }
        assertThat(listed("from=2026-01-01")).containsExactly(denied, echo);
        assertThat(listed("to=2026-01-01T00:00:00Z")).isEmpty();
        assertThat(listed("session_id=s-2")).isEmpty();
        for (String wrong :
                List.of("phase=dreaming", "outcome=maybe", "tool=a%20b", "from=yesterday", "run_id=a%20b")) {
            Answer refused = service.with(agent, "GET", "/v1/proposals?" + wrong, null);
            assertThat(refused.status()).as(wrong).isEqualTo(400);
            assertThat(refused.body().at("/errors/0/field").asString())
                    .isEqualTo(wrong.substring(0, wrong.indexOf('=')));
        }
    }

    private List<String> listed(String filter) {
        return service.with(agent, "GET", "/v1/proposals?" + filter, null)
                .body()
                .path("items")
                .valueStream()
                .map(call -> call.path("proposal_id").asString())
                .toList();
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
    void aCallsHistoryIsToldInJsonToWhoAsksForIt() {
        String id = service.propose(agent, SampleBodies.UNAME).id();
        new NeighbourStatements(service).executed(id, CallOutcome.SUCCEEDED, "OK", "");
        service.ended(agent, id);

        Answer answer = service.with(agent, "GET", "/v1/proposals/" + id + "?history=true", null);

        JsonNode history = answer.body().path("history");
        assertThat(history).hasSize(2);
        assertThat(history.at("/0/state/phase").asString()).isEqualTo("queue");
        assertThat(history.at("/1/state")).isEqualTo(answer.body().path("state"));
        assertThat(Instant.parse(history.at("/0/at").asString()))
                .isBeforeOrEqualTo(Instant.parse(history.at("/1/at").asString()));
        assertThat(service.with(agent, "GET", "/v1/proposals/" + id, null)
                        .body()
                        .has("history"))
                .isFalse();
        assertThat(service.with(
                                service.agent(SharedService.fresh("reads-others")),
                                "GET",
                                "/v1/proposals/" + id + "?history=true",
                                null)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void whatIsRejectedCountsAgainstTheDeniedCalls() {
        var config = service.owner("GET", "/v1/config", null).body().toString();
        service.owner("PUT", "/v1/config", config.replace("\"max_calls_per_run\":100", "\"max_calls_per_run\":1"));
        try {
            String body = """
                    {"tool":"echo","arguments":{"nothing":"x"},"run_id":"broken","session_id":"s"}""";
            for (int i = 0; i < 10; i++) {
                assertThat(service.propose(agent, body).code()).isEqualTo("INVALID_ARGUMENTS");
            }

            Answer refused = service.propose(agent, body);

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.code()).isEqualTo("RUN_SPENT");
            assertThat(service.propose(agent, body.replace("broken", "other")).code())
                    .as("another run")
                    .isEqualTo("INVALID_ARGUMENTS");
            assertThat(service.propose(agent, "no JSON").code())
                    .as("whose run cannot be read")
                    .startsWith("MALFORMED_JSON");
            assertThat(service.jdbc()
                            .sql("select sum(denied) from principal_hour where principal = :who")
                            .param("who", "agent:" + name)
                            .query(Integer.class)
                            .single())
                    .isEqualTo(12);
            assertThat(stored()).isZero();
        } finally {
            service.configure(config);
        }
    }

    @Test
    void theStreamOfARunTellsEachOfItsCallsAndNoOthers() throws Exception {
        String run = "\"run_id\":\"streamed\",\"tool\"";
        String first = service.propose(agent, SampleBodies.UNAME.replace("\"tool\"", run))
                .id();
        String other = service.propose(agent, SampleBodies.UNAME).id();
        HttpRequest request = HttpRequest.newBuilder(URI.create(service.open("/v1/proposals:events?run_id=streamed")))
                .header("Authorization", "Bearer " + agent)
                .build();
        try (HttpClient client = HttpClient.newHttpClient();
                Stream<String> lines = client.send(request, HttpResponse.BodyHandlers.ofLines())
                        .body()) {
            Iterator<String> data = lines.filter(line -> line.startsWith("data:"))
                    .peek(line -> assertThat(line).doesNotContain(other))
                    .iterator();
            awaitLine(data, first, "\"phase\":\"queue\"");
            String second = service.propose(agent, SampleBodies.UNAME.replace("\"tool\"", run))
                    .id();
            awaitLine(data, second, "\"phase\":\"queue\"");
            new NeighbourStatements(service).executed(first, CallOutcome.SUCCEEDED, "OK", "");
            awaitLine(data, first, "\"outcome\":\"succeeded\"");
            client.shutdownNow();
        }
        assertThat(service.with(agent, "GET", "/v1/proposals:events", null).status())
                .as("a run must be named")
                .isEqualTo(400);
    }

    private static void awaitLine(Iterator<String> lines, String... texts) {
        while (!Stream.of(texts).allMatch(lines.next()::contains)) {
            // The stream tells states between, too.
        }
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
