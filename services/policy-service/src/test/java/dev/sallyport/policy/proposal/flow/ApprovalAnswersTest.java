package dev.sallyport.policy.proposal.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.policy.proposal.SampleBodies;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ApprovalAnswersTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final RunningPolicyService service = SharedService.get();
    private final NeighbourStatements voices = new NeighbourStatements(service);
    private final String agent = service.agent(SharedService.fresh("asks"));

    @Test
    void onlyAnEntitledPersonsAnswerToThisQuestionUnlocks() {
        Answer other = service.propose(agent, SampleBodies.TOUCH);
        String id = service.propose(agent, SampleBodies.TOUCH).id();
        ApprovalResolved right = voices.approval(id, "person:owner", "owner");

        // Signed by a service that may not say it: refused before anything looks at its content.
        voices.say(id, right, "executor-service");
        // Not of the statement's form.
        voices.say(id, NeighbourStatements.with(right, answer -> changed(answer, "hearsay", answer.promptDigest())));
        voices.say(
                id,
                new ApprovalResolved(
                        right.issued(),
                        right.links(),
                        right.approvalId(),
                        right.answer(),
                        right.code(),
                        right.answers(),
                        ApprovalScope.SESSION,
                        right.resolvedAt()));
        // Well signed, and about another question.
        voices.say(
                id,
                new ApprovalResolved(
                        right.issued(),
                        right.links(),
                        voices.approval(other.id(), "person:owner", "owner").approvalId(),
                        right.answer(),
                        right.code(),
                        right.answers(),
                        right.scope(),
                        right.resolvedAt()));

        await().atMost(SOON).until(() -> withoutEffect(id).equals(List.of("NOT_AWAITED")));
        assertThat(state(id)).isEqualTo("approve SENSITIVE_NEEDS_APPROVAL");
        assertThat(voices.stated(id, ExecutionPermit.class)).isEmpty();

        voices.say(id, right);
        await().atMost(SOON).until(() -> state(id).equals("queue"));
        assertThat(voices.stated(id, ExecutionPermit.class)).hasSize(1);
        assertThat(service.with(agent, "GET", "/v1/proposals/" + other.id(), null)
                        .state())
                .startsWith("approve");
    }

    /** approval-service resolves a question once: a call whose approval does not count has nothing to wait for. */
    @Test
    void anApprovalThatDoesNotCountEndsTheCallAtOnce() {
        service.person("arthur", "auditor");
        refused("ROLE_MISSING", id -> voices.approval(id, "person:arthur", "auditor"));
        refused("ROLE_MISSING", id -> voices.approval(id, "person:arthur", "owner"));
        refused("ROLE_MISSING", id -> voices.approval(id, "person:owner", "auditor"));
        refused("ROLE_MISSING", id -> voices.approval(id, "person:stranger", "owner"));
        refused("APPROVER_NOT_A_PERSON", id -> voices.approval(id, "agent:other", "owner"));
        refused(
                "ANOTHER_PROMPT_WAS_SHOWN",
                id -> NeighbourStatements.with(
                        voices.approval(id, "person:owner", "owner"),
                        answer -> changed(answer, answer.authenticator(), Digest.of(new byte[] {1}))));
        refused("QUORUM_NOT_REACHED", id -> {
            ApprovalResolved right = voices.approval(id, "person:owner", "owner");
            return new ApprovalResolved(
                    right.issued(),
                    right.links(),
                    right.approvalId(),
                    right.answer(),
                    right.code(),
                    List.of(),
                    right.scope(),
                    right.resolvedAt());
        });
        refused("APPROVAL_EXPIRED", id -> {
            ApprovalResolved right = voices.approval(id, "person:owner", "owner");
            return new ApprovalResolved(
                    right.issued(),
                    right.links(),
                    right.approvalId(),
                    right.answer(),
                    right.code(),
                    right.answers(),
                    right.scope(),
                    right.resolvedAt().plusSeconds(400));
        });
    }

    private void refused(String code, Function<String, ApprovalResolved> answer) {
        String id = service.propose(agent, SampleBodies.TOUCH).id();
        voices.say(id, answer.apply(id));
        assertThat(service.ended(agent, id).state()).isEqualTo("done denied " + code);
        assertThat(voices.stated(id, ExecutionPermit.class)).isEmpty();
        assertThat(voices.events(id)).containsOnlyOnce(AuditEvent.CALL_ENDED);
    }

    /** The answer was given while its approver was a member, and arrives when they are none. */
    @Test
    void anApproverWhoWasRemovedInBetweenUnlocksNothing() {
        String name = SharedService.fresh("leaver");
        service.person(name, "operator");
        String id = service.propose(agent, SampleBodies.TOUCH).id();
        ApprovalResolved answer = voices.approval(id, "person:" + name, "operator");
        String control = service.propose(agent, SampleBodies.TOUCH).id();
        voices.say(control, voices.approval(control, "person:" + name, "operator"));
        await().atMost(SOON).until(() -> state(control).equals("queue"));

        service.owner("DELETE", "/v1/members/person:" + name, null);
        voices.say(id, answer);
        assertThat(service.ended(agent, id).state()).isEqualTo("done denied ROLE_MISSING");
        assertThat(voices.stated(id, ExecutionPermit.class)).isEmpty();
        assertThat(voices.events(id)).containsOnlyOnce(AuditEvent.CALL_ENDED);
    }

    @Test
    void aSessionThatAnOpenIdProviderBeganAnswersAsAnyOther() {
        String id = service.propose(agent, SampleBodies.TOUCH).id();
        voices.say(
                id,
                NeighbourStatements.with(
                        voices.approval(id, "person:owner", "owner"),
                        answer -> changed(answer, "oidc", answer.promptDigest())));
        await().atMost(SOON).until(() -> state(id).equals("queue"));
    }

    @Test
    void nobodyAnswersTheirOwnRequest() {
        String olga = service.person("olga", "operator");
        String id = service.propose(olga, SampleBodies.TOUCH).id();
        voices.say(id, voices.approval(id, "person:olga", "operator"));
        assertThat(service.ended(olga, id).state()).isEqualTo("done denied REQUESTER_MAY_NOT_ANSWER");
        assertThat(voices.stated(id, ExecutionPermit.class)).isEmpty();

        String next = service.propose(olga, SampleBodies.TOUCH).id();
        voices.say(next, voices.approval(next, "person:owner", "owner"));
        await().atMost(SOON)
                .until(() -> voices.stated(next, ExecutionPermit.class).size() == 1);
    }

    @Test
    void aPolicyThatChangedMeanwhileEndsTheCall() {
        String id = service.propose(agent, SampleBodies.TOUCH).id();
        var config = service.owner("GET", "/v1/config", null).body();
        String without = config.toString().replace("\"process.run\",", "");
        assertThat(service.owner("PUT", "/v1/config", without).status()).isEqualTo(200);
        try {
            voices.say(id, voices.approval(id, "person:owner", "owner"));
            Answer ended = service.ended(agent, id);
            assertThat(ended.state()).isEqualTo("done denied POLICY_CHANGED");
            Answer explained = service.with(agent, "GET", "/v1/proposals/" + id + "?explain=true", null);
            assertThat(explained.body().at("/decision/explanation/code").asString())
                    .as("what has changed")
                    .isEqualTo("NOT_ALLOWLISTED");
            assertThat(voices.stated(id, Audit.class))
                    .filteredOn(audit -> audit.event() == AuditEvent.CALL_ENDED)
                    .singleElement()
                    .satisfies(audit -> assertThat(audit.details()).hasSize(1));
            assertThat(voices.stated(id, ExecutionPermit.class)).isEmpty();
        } finally {
            service.configure(config.toString());
        }
    }

    @Test
    void aSandboxThatWasWeakenedMeanwhileEndsTheCall() {
        String config = service.owner("GET", "/v1/config", null).body().toString();
        try {
            limitMemory(64L << 20);
            String asked = service.propose(agent, SampleBodies.TOUCH).id();
            String queued = service.propose(agent, SampleBodies.TOUCH).id();
            voices.say(queued, voices.approval(queued, "person:owner", "owner"));
            await().atMost(SOON).until(() -> state(queued).equals("queue"));
            limitMemory(128L << 20);

            voices.say(asked, voices.approval(asked, "person:owner", "owner"));
            for (String id : List.of(asked, queued)) {
                Answer ended = service.ended(agent, id);
                assertThat(ended.state()).isEqualTo("done denied POLICY_CHANGED");
                Answer explained = service.with(agent, "GET", "/v1/proposals/" + id + "?explain=true", null);
                assertThat(explained.body().at("/decision/explanation/code").asString())
                        .isEqualTo("SANDBOX_WEAKENED");
                assertThat(ended.body().path("message").asString()).contains("Propose the call again");
            }
            assertThat(voices.stated(asked, ExecutionPermit.class)).isEmpty();

            String stricter = service.propose(agent, SampleBodies.TOUCH).id();
            limitMemory(32L << 20);
            voices.say(stricter, voices.approval(stricter, "person:owner", "owner"));
            await().atMost(SOON).until(() -> state(stricter).equals("queue"));
            assertThat(voices.stated(stricter, ExecutionPermit.class))
                    .singleElement()
                    .satisfies(
                            permit -> assertThat(permit.limits().memoryBytes()).isEqualTo(32L << 20));
        } finally {
            service.configure(config);
        }
    }

    private void limitMemory(long bytes) {
        ObjectNode config =
                (ObjectNode) service.owner("GET", "/v1/config", null).body();
        ((ObjectNode) config.at("/process_runner/limits")).put("memory_bytes", bytes);
        service.configure(config.toString());
    }

    @Test
    void aFreezeMeanwhileKeepsItsOwnCode() {
        String name = SharedService.fresh("frozen");
        String frozen = service.agent(name);
        String id = service.propose(frozen, SampleBodies.TOUCH).id();
        String target = """
                {"scope":"principal","id":"agent:%s","reason":"drill"}""".formatted(name);
        assertThat(service.owner("POST", "/v1/freeze", target).status()).isEqualTo(200);

        voices.say(id, voices.approval(id, "person:owner", "owner"));

        assertThat(service.owner("GET", "/v1/proposals/" + id + "?wait=15", null)
                        .state())
                .isEqualTo("done denied FROZEN");
        service.owner("POST", "/v1/unfreeze", target);
    }

    @Test
    void whoGoesAwayFindsTheResultOfTheOneRunLater() throws Exception {
        String body = SampleBodies.TOUCH;
        String key = SharedService.fresh("gone");
        URI address = URI.create(service.open("/v1/proposals"));
        try (Socket client = new Socket(address.getHost(), address.getPort())) {
            client.getOutputStream().write("""
                            POST /v1/proposals HTTP/1.1\r
                            Host: %s\r
                            Authorization: Bearer %s\r
                            Content-Type: application/json\r
                            Content-Length: %d\r
                            Idempotency-Key: %s\r
                            Prefer: wait=30\r
                            \r
                            %s""".formatted(
                            address.getAuthority(), agent, body.getBytes(StandardCharsets.UTF_8).length, key, body)
                    .getBytes(StandardCharsets.UTF_8));
            client.getOutputStream().flush();
            await().atMost(SOON).until(() -> proposalOf(key).isPresent());
        }
        String id = proposalOf(key).orElseThrow();

        voices.say(id, voices.approval(id, "person:owner", "owner"));
        await().atMost(SOON).until(() -> state(id).equals("queue"));
        voices.started(id);
        voices.executed(id, CallOutcome.SUCCEEDED, "OK", "");

        assertThat(service.ended(agent, id).state()).isEqualTo("done succeeded OK");
        Answer again = service.propose(agent, body, "Idempotency-Key", key);
        assertThat(again.id()).isEqualTo(id);
        assertThat(again.state()).isEqualTo("done succeeded OK");
        assertThat(voices.stated(id, ExecutionPermit.class)).hasSize(1);
    }

    private Optional<String> proposalOf(String key) {
        return service.jdbc()
                .sql("select proposal_id from idempotency_key where key = :key and proposal_id is not null")
                .param("key", key)
                .query(String.class)
                .optional();
    }

    @Test
    void withoutAnAnswerTheCallIsDeniedAndALaterAnswerIsWithoutEffect() {
        String id = service.propose(agent, SampleBodies.TOUCH).id();
        service.jdbc()
                .sql("update proposal set approval_expires_at = now() - interval '59 seconds' where proposal_id = :id")
                .param("id", id)
                .update();
        assertThat(state(id)).startsWith("approve");
        service.jdbc()
                .sql("update proposal set approval_expires_at = now() - interval '61 seconds' where proposal_id = :id")
                .param("id", id)
                .update();

        assertThat(service.ended(agent, id).state()).isEqualTo("done denied APPROVAL_TIMED_OUT");
        voices.say(id, voices.approval(id, "person:owner", "owner"));
        await().atMost(SOON).until(() -> withoutEffect(id).equals(List.of("NOT_AWAITED")));
        assertThat(state(id)).isEqualTo("done denied APPROVAL_TIMED_OUT");
        assertThat(voices.stated(id, ExecutionPermit.class)).isEmpty();
    }

    @Test
    void whateverOrderAndHoweverOftenStatementsArriveTheEndIsTheSame() {
        Random random = new Random(20);
        for (int round = 0; round < 3; round++) {
            String id = service.propose(agent, SampleBodies.TOUCH).id();
            byte[] approval = voices.say(id, voices.approval(id, "person:owner", "owner"));
            await().atMost(SOON).until(() -> state(id).equals("queue"));
            List<Runnable> statements = new ArrayList<>(List.of(
                    () -> voices.send("approval-service", "ApprovalResolved", id, approval),
                    () -> voices.send("approval-service", "ApprovalResolved", id, approval)));
            byte[] executed = voices.executedRecord(id, CallOutcome.SUCCEEDED, "OK", "done");
            statements.add(() -> voices.send("executor-service", "ToolExecuted", id, executed));
            statements.add(() -> voices.send("executor-service", "ToolExecuted", id, executed));
            statements.add(() -> voices.started(id));
            Collections.shuffle(statements, random);
            statements.forEach(Runnable::run);

            assertThat(service.ended(agent, id).state()).isEqualTo("done succeeded OK");
            voices.started(id);
            String marker = service.propose(agent, SampleBodies.UNAME).id();
            voices.executed(marker, CallOutcome.SUCCEEDED, "OK", "");
            service.ended(agent, marker);
            assertThat(state(id)).isEqualTo("done succeeded OK");
            assertThat(voices.events(id)).containsOnlyOnce(AuditEvent.CALL_ENDED);
            assertThat(voices.stated(id, ExecutionPermit.class)).hasSize(1);
            assertThat(voices.stated(id, ToolExecuted.class)).hasSize(1);
        }
    }

    private static ApproverAnswer changed(ApproverAnswer answer, String authenticator, Digest prompt) {
        return new ApproverAnswer(
                answer.principal(),
                answer.roles(),
                authenticator,
                answer.method(),
                answer.answer(),
                prompt,
                null,
                answer.at(),
                null);
    }

    private String state(String id) {
        return service.with(agent, "GET", "/v1/proposals/" + id, null).state();
    }

    private List<String> withoutEffect(String id) {
        return voices.stated(id, Audit.class).stream()
                .filter(audit -> audit.event() == AuditEvent.STATEMENT_WITHOUT_EFFECT)
                .map(audit -> audit.attributes().getOrDefault("reason", ""))
                .toList();
    }
}
