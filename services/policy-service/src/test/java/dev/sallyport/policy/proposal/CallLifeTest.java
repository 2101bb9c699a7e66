package dev.sallyport.policy.proposal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.vocabulary.ApproverRole;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.Severity;
import dev.sallyport.statements.vocabulary.Tier;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallLifeTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private RunningPolicyService service;
    private NeighbourStatements voices;
    private String agent;

    @BeforeAll
    void start() {
        service = SharedService.get();
        voices = new NeighbourStatements(service);
        agent = service.agent("demo");
    }

    @Test
    void anAllowedCallIsPermittedAndEndsAsTheNodeSays() {
        Answer submitted = service.propose(agent, SampleBodies.UNAME);
        assertThat(submitted.status()).isEqualTo(202);
        assertThat(submitted.state()).isEqualTo("queue");
        assertThat(submitted.response().headers().firstValue("Location")).contains("/v1/proposals/" + submitted.id());
        assertThat(submitted.body().path("decision").path("outcome").asString()).isEqualTo("allow");
        assertThat(voices.stated(submitted.id(), ToolProposed.class)).hasSize(1);
        assertThat(voices.stated(submitted.id(), ExecutionPermit.class))
                .singleElement()
                .satisfies(permit -> {
                    assertThat(permit.cut()).isEqualTo(1);
                    assertThat(permit.tier()).isEqualTo(Tier.B);
                    assertThat(permit.liftedRules()).isEmpty();
                    assertThat(permit.links()).hasSize(1);
                    assertThat(permit.runtime().confined())
                            .as("nobody was asked, so it can change nothing")
                            .isTrue();
                });

        voices.started(submitted.id());
        await().atMost(SOON)
                .until(() -> service.with(agent, "GET", "/v1/proposals/" + submitted.id(), null)
                        .state()
                        .equals("run"));
        voices.executed(submitted.id(), CallOutcome.SUCCEEDED, "OK", "Linux\n");

        Answer ended = service.ended(agent, submitted.id());
        assertThat(ended.state()).isEqualTo("done succeeded OK");
        assertThat(ended.body().path("result").path("stdout").asString()).isEqualTo("Linux\n");
        assertThat(ended.body().path("result").path("exit_code").asInt(-1)).isZero();
        assertThat(voices.events(submitted.id())).containsOnlyOnce(AuditEvent.CALL_ENDED);
    }

    @Test
    void aForbiddenCallIsDeniedWithTheRuleAndWhatWouldMakeItAllowed() {
        Answer denied = service.propose(agent, SampleBodies.CURL);

        assertThat(denied.status()).isEqualTo(201);
        assertThat(denied.state()).isEqualTo("done denied EXECUTABLE_NOT_ALLOWED");
        assertThat(denied.body().path("decision").path("rules").toString())
                .isEqualTo("[\"baseline.executable-not-allowed\"]");
        assertThat(denied.body().path("to_allow").toString()).contains("allowed_executables");
        assertThat(denied.body().path("decision").has("explanation")).isFalse();
        var explanation = service.with(agent, "GET", "/v1/proposals/" + denied.id() + "?explain=true", null)
                .body()
                .path("decision")
                .path("explanation");
        assertThat(explanation.path("to_allow").toString()).contains("allowed_executables");
        assertThat(explanation.path("determining").get(0).has("source"))
                .as("the rules' texts are in the whole explanation")
                .isFalse();
        var whole = service.with(
                        agent,
                        "GET",
                        denied.body().path("decision").path("explanation_url").asString(),
                        null)
                .body();
        assertThat(whole.path("determining").get(0).path("source").asString()).contains("forbid");
        assertThat(voices.events(denied.id())).containsExactly(AuditEvent.CALL_ENDED);
        assertThat(voices.stated(denied.id(), ExecutionPermit.class)).isEmpty();
    }

    @Test
    void aSensitiveCallWaitsForAHumanAndThenRuns() {
        Answer asked = service.propose(agent, SampleBodies.TOUCH);
        assertThat(asked.status()).isEqualTo(202);
        assertThat(asked.state()).isEqualTo("approve SENSITIVE_NEEDS_APPROVAL");
        assertThat(asked.body().path("approval").path("approval_id").asString()).hasSize(26);
        assertThat(voices.stated(asked.id(), ApprovalRequested.class))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.requester()).isEqualTo("agent:demo");
                    assertThat(request.accountable()).containsExactly("person:owner");
                    assertThat(request.obligations().approverRole()).isEqualTo(ApproverRole.OPERATOR);
                    assertThat(request.risk().level()).isEqualTo(Severity.MEDIUM);
                });

        voices.say(asked.id(), voices.approval(asked.id(), "person:owner", "owner"));
        await().atMost(SOON)
                .until(() -> !voices.stated(asked.id(), ExecutionPermit.class).isEmpty());
        assertThat(voices.stated(asked.id(), ExecutionPermit.class))
                .singleElement()
                .satisfies(permit -> {
                    assertThat(permit.links()).hasSize(3);
                    assertThat(permit.liftedRules())
                            .singleElement()
                            .satisfies(rule -> assertThat(rule.id()).isEqualTo("baseline.sensitive-needs-approval"));
                    assertThat(permit.runtime().confined()).isFalse();
                });
        voices.executed(asked.id(), CallOutcome.SUCCEEDED, "OK", "");

        assertThat(service.ended(agent, asked.id()).state()).isEqualTo("done succeeded OK");
        assertThat(voices.events(asked.id())).containsOnlyOnce(AuditEvent.CALL_ENDED);
    }

    @Test
    void noHumanIsAskedAboutAProgramThatNoNodeHas() {
        try {
            service.control().programs(Set.of("cat"));
            Answer denied = service.propose(agent, SampleBodies.TOUCH);
            service.control().programs(Set.of("cat", "touch"));
            Answer asked = service.propose(agent, SampleBodies.TOUCH);

            assertThat(denied.state()).isEqualTo("done denied EXECUTABLE_NOT_OFFERED");
            assertThat(asked.state()).as("control").isEqualTo("approve SENSITIVE_NEEDS_APPROVAL");
        } finally {
            service.control().programs(null);
        }
        assertThat(service.propose(agent, SampleBodies.TOUCH).state())
                .as("while control does not answer, humans are asked")
                .isEqualTo("approve SENSITIVE_NEEDS_APPROVAL");
    }

    @Test
    void noHumanIsAskedAboutAnInterpreterThatTheWorkspaceDoesNotOpen() {
        try {
            service.control().interpreters(Set.of("touch"));
            Answer denied = service.propose(agent, SampleBodies.TOUCH);
            service.control().interpreters(Set.of("python3"));
            Answer asked = service.propose(agent, SampleBodies.TOUCH);

            assertThat(denied.state()).isEqualTo("done denied INTERPRETER_NOT_OPENED");
            assertThat(asked.state()).as("control").isEqualTo("approve SENSITIVE_NEEDS_APPROVAL");
        } finally {
            service.control().interpreters(Set.of());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sort", "uniq"})
    void aProgramThatCanWriteOrStartOthersAsks(String program) {
        Answer asked = service.propose(agent, """
                {"tool":"process.run","arguments":{"executable":"%s","args":["a","b"]}}""".formatted(program));

        assertThat(asked.state()).isEqualTo("approve SENSITIVE_NEEDS_APPROVAL");
    }

    @Test
    void aDenialByAHumanEndsTheCall() {
        Answer asked = service.propose(agent, SampleBodies.TOUCH);

        voices.say(asked.id(), voices.denial(asked.id(), "DENIED_BY_APPROVER"));

        assertThat(service.ended(agent, asked.id()).state()).isEqualTo("done denied DENIED_BY_APPROVER");
        assertThat(voices.stated(asked.id(), ExecutionPermit.class)).isEmpty();
    }

    @Test
    void whoIsDeniedByAPersonIsToldWhyAndWhatToDo() {
        String why = service.propose(agent, SampleBodies.TOUCH).id();
        voices.deny(why, "Not on a Friday.\u202e\nReally.");
        Answer denied = service.ended(agent, why);
        assertThat(denied.body().at("/approval/reason").asString()).isEqualTo("Not on a Friday. Really.");
        assertThat(denied.body().path("message").asString()).contains("\"Not on a Friday. Really.\"", "unchanged");
        assertThat(denied.body().path("to_allow").toString()).doesNotContain("Wait for");

        String silent = service.propose(agent, SampleBodies.TOUCH).id();
        voices.say(silent, voices.denial(silent, "APPROVAL_TIMED_OUT"));
        Answer late = service.ended(agent, silent);
        assertThat(late.state()).isEqualTo("done denied APPROVAL_TIMED_OUT");
        assertThat(late.body().at("/approval").has("reason")).isFalse();
        assertThat(late.body().path("message").asString()).contains("Nobody answered in time", "approval is needed");
        String whole = service.with(agent, "GET", "/v1/proposals/" + silent + "/explanation", null)
                .body()
                .path("to_allow")
                .toString();
        assertThat(whole).contains("when somebody can answer").doesNotContain("Wait for");

        String open = service.propose(agent, SampleBodies.TOUCH).id();
        assertThat(service.with(agent, "GET", "/v1/proposals/" + open + "/explanation", null)
                        .body()
                        .path("to_allow")
                        .toString())
                .as("while it is open")
                .contains("Wait for");
    }

    @Test
    void anUnknownToolIsARecordedDenial() {
        Answer denied = service.propose(agent, """
                        {"tool":"rocket.launch","arguments":{}}""");

        assertThat(denied.status()).isEqualTo(201);
        assertThat(denied.state()).isEqualTo("done denied UNKNOWN_TOOL");
        assertThat(denied.body().path("to_allow").toString()).contains("/v1/tools");
        assertThat(voices.stated(denied.id(), ToolProposed.class)).hasSize(1);
        assertThat(voices.events(denied.id())).containsExactly(AuditEvent.CALL_ENDED);
    }

    @Test
    void aWaitingClientIsAnsweredWhenTheCallEnds() throws Exception {
        String key = "waits-1";
        var answer = java.util.concurrent.CompletableFuture.supplyAsync(
                () -> service.propose(agent, SampleBodies.UNAME, "Prefer", "wait=15", "Idempotency-Key", key));
        String id = await().atMost(SOON)
                .until(
                        () -> service.jdbc()
                                .sql("select proposal_id from idempotency_key where key = :key")
                                .param("key", key)
                                .query(String.class)
                                .optional(),
                        java.util.Optional::isPresent)
                .orElseThrow();

        voices.executed(id, CallOutcome.FAILED, "EXIT_STATUS", "no");

        Answer ended = answer.get(20, java.util.concurrent.TimeUnit.SECONDS);
        assertThat(ended.status()).isEqualTo(201);
        assertThat(ended.state()).isEqualTo("done failed EXIT_STATUS");
    }
}
