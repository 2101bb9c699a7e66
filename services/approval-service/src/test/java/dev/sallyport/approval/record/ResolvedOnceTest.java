package dev.sallyport.approval.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.approval.fleet.Api;
import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

class ResolvedOnceTest {
    private final RunningApproval service = RunningApproval.shared();
    private final String workspace = AskedCall.freshWorkspace();

    private Api operator(String name) {
        service.policy.operator(workspace, name);
        return Api.withToken(service, service.policy.token(workspace, name));
    }

    @Test
    void fiftyParallelAnswersResolveExactlyOnce() throws Exception {
        AskedCall call = service.ask(AskedCall.in(workspace));
        List<Callable<Api.Answer>> answers = new ArrayList<>();
        for (int person = 0; person < 50; person++) {
            Api api = operator("person:p" + person);
            boolean yes = person % 2 == 0;
            answers.add(() -> yes ? api.approve(call) : api.deny(call));
        }

        List<Api.Answer> got = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Api.Answer> answer : threads.invokeAll(answers)) {
                got.add(answer.get());
            }
        }

        assertThat(got).filteredOn(answer -> answer.status() == 200).hasSize(1);
        assertThat(got)
                .filteredOn(answer -> answer.status() != 200)
                .hasSize(49)
                .allMatch(answer -> answer.status() == 409 && answer.code().equals("ALREADY_RESOLVED"));
        List<ApprovalResolved> said = service.resolutions(call);
        assertThat(said).hasSize(1);
        assertThat(said.getFirst().answers()).hasSize(1);
        assertThat(said.getFirst().answer() == ApprovalResolved.Answer.APPROVED)
                .isEqualTo(service.state(call).equals("approved"));
    }

    @Test
    void anAnswerWhoseConnectionBreaksIsRefusedAsSuchAndCountsWhenItIsGivenAgain() throws Exception {
        AskedCall call = service.ask(AskedCall.in(workspace));
        Api ada = operator("person:ada");
        JdbcClient database = service.bean(JdbcClient.class);
        try (var thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Api.Answer> broken = service.bean(TransactionTemplate.class).execute(status -> {
                database.sql("select 1 from approval_record where workspace_id = :workspace and id = :id for update")
                        .param("workspace", call.workspaceId)
                        .param("id", call.approvalId)
                        .query(Integer.class)
                        .single();
                Future<Api.Answer> answer = thread.submit(() -> ada.approve(call));
                // It waits for the row in the middle of its transaction; then its connection is gone.
                await().pollInSameThread()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> database.sql("""
                                select count(pg_terminate_backend(pid)) from pg_locks
                                where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))""").query(Integer.class).single() > 0);
                return answer;
            });

            Api.Answer answer = Objects.requireNonNull(broken).get();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.code()).isEqualTo("DATABASE_UNAVAILABLE");
        }
        assertThat(service.state(call)).isEqualTo("pending");

        assertThat(ada.approve(call).status()).isEqualTo(200);
        assertThat(service.resolutions(call)).hasSize(1);
    }

    @Test
    void twoReplicasResolveAndTimeOutEachRequestOnce() throws Exception {
        RunningApproval other = service.replica();
        try {
            AskedCall call = service.ask(AskedCall.in(workspace));
            List<AskedCall> unanswered = new ArrayList<>();
            for (int number = 0; number < 20; number++) {
                AskedCall nobodys =
                        AskedCall.in(workspace).timeout(Duration.ofSeconds(3)).build();
                service.send(nobodys);
                unanswered.add(nobodys);
            }
            List<Callable<Api.Answer>> answers = new ArrayList<>();
            for (int person = 0; person < 20; person++) {
                String name = "person:p" + person;
                service.policy.operator(workspace, name);
                Api api = Api.withToken(person % 2 == 0 ? service : other, service.policy.token(workspace, name));
                answers.add(() -> api.approve(call));
            }

            int counted = 0;
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<Api.Answer> answer : threads.invokeAll(answers)) {
                    counted += answer.get().status() == 200 ? 1 : 0;
                }
            }

            assertThat(counted).isEqualTo(1);
            assertThat(service.resolutions(call)).hasSize(1);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> unanswered.stream()
                            .allMatch(one -> service.state(one).equals("timed_out")));
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(service.resolutionsPublished(unanswered))
                            .containsExactlyInAnyOrderElementsOf(unanswered.stream()
                                    .map(one -> one.approvalId)
                                    .toList()));
        } finally {
            other.stop();
        }
    }

    @Test
    void theSignedAnswerSaysWhoHowAndWhatWasShown() {
        AskedCall call = service.ask(AskedCall.in(workspace));

        Api.Answer answer = operator("person:ada").approve(call);

        assertThat(answer.state()).isEqualTo("approved");
        ApprovalResolved said = service.resolutions(call).getFirst();
        assertThat(said.approvalId()).isEqualTo(call.approvalId);
        assertThat(said.code()).isEqualTo("APPROVED");
        assertThat(said.scope()).isEqualTo(ApprovalScope.ONCE);
        assertThat(said.answers()).singleElement().satisfies(one -> {
            assertThat(one.principal()).isEqualTo("person:ada");
            assertThat(one.roles()).containsExactly("operator");
            assertThat(one.authenticator()).isEqualTo("token");
            assertThat(one.method()).isEqualTo("api");
            assertThat(one.promptDigest()).isEqualTo(call.promptDigest);
            assertThat(one.reason()).isNotNull();
        });
    }

    @Test
    void aDenialIsFinal() {
        AskedCall call = service.ask(AskedCall.in(workspace));
        assertThat(operator("person:ada").deny(call).state()).isEqualTo("denied");

        Api.Answer late = operator("person:bob").approve(call);

        assertThat(late.status()).isEqualTo(409);
        assertThat(late.code()).isEqualTo("ALREADY_RESOLVED");
        assertThat(service.state(call)).isEqualTo("denied");
        assertThat(service.resolutions(call)).singleElement().satisfies(said -> {
            assertThat(said.answer()).isEqualTo(ApprovalResolved.Answer.DENIED);
            assertThat(said.code()).isEqualTo("DENIED_BY_APPROVER");
        });
    }

    @Test
    void anAnswerToAnotherPromptIsRefusedAndTheRightOneStillCounts() {
        AskedCall call = service.ask(AskedCall.in(workspace));
        Api ada = operator("person:ada");

        Api.Answer other = ada.answer(call, "approve", Digest.of(new byte[] {7}).hex());
        Api.Answer malformed = ada.answer(call, "approve", "ABC");

        assertThat(other.status()).isEqualTo(409);
        assertThat(other.code()).isEqualTo("PROMPT_DIGEST_MISMATCH");
        assertThat(malformed.status()).isEqualTo(400);
        assertThat(malformed.body().at("/errors/0/field").asString("")).isEqualTo("prompt_digest");
        assertThat(service.state(call)).isEqualTo("pending");
        assertThat(ada.approve(call).status()).isEqualTo(200);
    }

    @Test
    void aReasonThatCannotBeStoredIsRefusedWithItsField() {
        AskedCall call = service.ask(AskedCall.in(workspace));
        Api ada = operator("person:ada");

        for (String reason : List.of("a\\u0000b", "a\\ud800b", "x".repeat(1001))) {
            Api.Answer answer = ada.post(
                    "/v1/approvals/" + call.approvalId + ":approve",
                    "{\"prompt_digest\":\"" + call.promptDigest.hex() + "\",\"reason\":\"" + reason + "\"}");
            assertThat(answer.status()).isEqualTo(400);
        }
        assertThat(service.state(call)).isEqualTo("pending");
    }

    @Test
    void twoPeopleAreNeededWhereTheRequestSaysSo() {
        AskedCall call = service.ask(AskedCall.in(workspace).quorum(2));
        Api ada = operator("person:ada");

        assertThat(ada.approve(call).state()).isEqualTo("pending");
        assertThat(ada.approve(call).code()).isEqualTo("ALREADY_ANSWERED");
        assertThat(service.state(call)).isEqualTo("pending");
        assertThat(operator("person:bob").approve(call).state()).isEqualTo("approved");

        assertThat(service.resolutions(call).getFirst().answers())
                .extracting(ApprovalResolved.ApproverAnswer::principal)
                .containsExactly("person:ada", "person:bob");
    }

    @Test
    void oneDenialIsEnoughWhateverTheQuorum() {
        AskedCall call = service.ask(AskedCall.in(workspace).quorum(2));
        operator("person:ada").approve(call);

        assertThat(operator("person:bob").deny(call).state()).isEqualTo("denied");
    }

    @Test
    void theDatabaseItselfRefusesASecondResolution() {
        AskedCall call = service.ask(AskedCall.in(workspace));
        operator("person:ada").deny(call);

        assertThatThrownBy(() -> update(call, "state = 'approved'"))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("resolved once");
        assertThatThrownBy(() -> service.bean(JdbcClient.class)
                        .sql("delete from approval_answer where approval_id = :id")
                        .param("id", call.approvalId)
                        .update())
                .isInstanceOf(DataAccessException.class);
        assertThat(service.state(call)).isEqualTo("denied");
    }

    @Test
    void theDatabaseItselfRefusesWhatNobodyAnsweredAndWhatWasNotAsked() {
        AskedCall call = service.ask(AskedCall.in(workspace));

        assertThatThrownBy(() -> update(call, "state = 'approved', resolved_at = clock_timestamp()"))
                .hasMessageContaining("not enough approvals");
        assertThatThrownBy(() -> update(call, "state = 'timed_out', resolved_at = clock_timestamp()"))
                .hasMessageContaining("too early");
        assertThatThrownBy(() -> update(call, "expires_at = expires_at + interval '1 day'"))
                .hasMessageContaining("what was asked does not change");
        assertThatThrownBy(() -> update(call, "quorum = 2")).hasMessageContaining("what was asked does not change");
        assertThat(operator("person:ada").approve(call).state()).isEqualTo("approved");
    }

    @Test
    void anAnswerThatTheDatabaseFindsTooLateIsRefusedAsExpired() throws Exception {
        AskedCall call = service.ask(AskedCall.in(workspace).timeout(Duration.ofSeconds(3)));
        Api ada = operator("person:ada");
        JdbcClient database = service.bean(JdbcClient.class);
        try (var thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Api.Answer> late = service.bean(TransactionTemplate.class).execute(status -> {
                // The service finds the answer in time, but can only store it when this transaction has ended.
                database.sql("lock table approval_answer in exclusive mode").update();
                Future<Api.Answer> answer = thread.submit(() -> ada.approve(call));
                await().pollInSameThread()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> database.sql("""
                                select expires_at < clock_timestamp() and exists (
                                  select from pg_locks where not granted and relation = 'approval_answer'::regclass)
                                from approval_record where id = :id""")
                                .param("id", call.approvalId)
                                .query(Boolean.class)
                                .single());
                return answer;
            });

            Api.Answer answer = Objects.requireNonNull(late).get();
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.code()).isEqualTo("EXPIRED");
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> service.state(call).equals("timed_out"));
        assertThat(service.resolutions(call).getFirst().answers()).isEmpty();
    }

    private void update(AskedCall call, String set) {
        service.bean(JdbcClient.class)
                .sql("update approval_record set " + set + " where id = :id")
                .param("id", call.approvalId)
                .update();
    }
}
