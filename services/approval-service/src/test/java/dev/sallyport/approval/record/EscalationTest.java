package dev.sallyport.approval.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.approval.fleet.Api;
import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.approval.record.answer.Approver;
import dev.sallyport.approval.record.answer.Credential;
import dev.sallyport.approval.record.answer.Proof;
import dev.sallyport.approval.record.answer.SubmittedAnswer;
import dev.sallyport.approval.record.question.Escalation;
import dev.sallyport.approval.record.question.Grounds;
import dev.sallyport.approval.record.question.Question;
import dev.sallyport.approval.record.question.RequestedCall;
import dev.sallyport.approval.record.question.Requester;
import dev.sallyport.approval.record.question.Terms;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.predicate.Risk;
import dev.sallyport.statements.vocabulary.ApproverRole;
import dev.sallyport.statements.vocabulary.Assurance;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** Where nobody answers for a while, the next group may too. */
class EscalationTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Instant ASKED = Instant.parse("2026-11-21T10:00:00Z");
    private static final Digest SHOWN = Digest.of(new byte[] {1});
    private static final Duration MUCH_LATER = Duration.ofSeconds(200);

    private final RunningApproval service = RunningApproval.shared();
    private final String workspace = AskedCall.freshWorkspace();

    @BeforeEach
    void theyAreThere() {
        service.policy.operator(workspace, "person:first");
        service.policy.operator(workspace, "person:next");
        service.policy.operator(workspace, "person:outside");
    }

    private Api as(String principal) {
        return Api.withToken(service, service.policy.token(workspace, principal));
    }

    private AskedCall asked(Duration after) {
        return service.ask(AskedCall.in(workspace).ofGroups("ops", "person:first", after, "leads", "person:next"));
    }

    private boolean escalated(AskedCall call) {
        return !shown(call, "person:first").path("escalated_at").isMissingNode();
    }

    private JsonNode shown(AskedCall call, String to) {
        return as(to).get("/v1/approvals/" + call.approvalId).body();
    }

    @Test
    void theNextGroupMayAnswerFromItsTurnOnAndNobodyLosesTheRight() {
        AskedCall waits = asked(MUCH_LATER);
        assertThat(as("person:next").approve(waits).code()).isEqualTo("GROUP_MISSING");
        assertThat(as("person:next").deny(waits).code()).isEqualTo("GROUP_MISSING");
        assertThat(shown(waits, "person:next").path("may_answer").asBoolean(true))
                .isFalse();
        assertThat(shown(waits, "person:next").at("/escalation/groups/0").asString())
                .isEqualTo("leads");
        assertThat(as("person:first").approve(waits).status()).as("control").isEqualTo(200);

        AskedCall escalates = asked(Duration.ofSeconds(1));
        AskedCall other = asked(Duration.ofSeconds(1));
        await().atMost(SOON).until(() -> escalated(escalates) && escalated(other));
        assertThat(shown(escalates, "person:next").path("may_answer").asBoolean(false))
                .isTrue();
        assertThat(as("person:outside").approve(escalates).code()).isEqualTo("GROUP_MISSING");
        assertThat(as("person:next").approve(escalates).state()).isEqualTo("approved");
        assertThat(as("person:first").approve(other).state()).isEqualTo("approved");
        assertThat(events(escalates)).containsExactly(AuditEvent.APPROVAL_ESCALATED);
        assertThat(service.resolutions(escalates)
                        .getFirst()
                        .answers()
                        .getFirst()
                        .principal())
                .isEqualTo("person:next");
    }

    @Test
    void whatWasAnsweredBeforeItsTurnIsAskedOfNobodyElse() {
        Instant turn = ASKED.plusSeconds(60);
        ApprovalRecord waits = record(turn);
        ApprovalRecord denied = record(turn);
        denied.answer(
                new Approver(
                        workspace,
                        "person:first",
                        true,
                        List.of("operator"),
                        new Credential(Credential.Authenticator.SESSION, "s", Credential.Method.WEB)),
                new SubmittedAnswer(ApprovalResolved.Answer.DENIED, SHOWN, false, ""),
                Proof.NONE,
                turn.minusMillis(1));

        assertThat(waits.escalate(turn.minusMillis(1))).isFalse();
        assertThat(denied.escalate(turn)).isFalse();
        assertThat(denied.escalatedAt()).isNull();
        assertThat(waits.escalate(turn)).as("control").isTrue();
        assertThat(waits.escalate(turn.plusMillis(1))).as("once").isFalse();
        assertThat(waits.escalatedAt()).isEqualTo(turn);
    }

    private ApprovalRecord record(Instant turn) {
        return new ApprovalRecord(
                new ApprovalKey(workspace, "01JD0000000000000000000001"),
                new Question(
                        SHOWN,
                        new RequestedCall(new ProposalId("01JD0000000000000000000002"), "echo", "tool:echo", List.of()),
                        new Requester("agent:demo", null, "api", "s", "r"),
                        new Grounds(List.of("rule"), SHOWN, new Risk(Severity.MEDIUM, "rule")),
                        new Terms(
                                new Obligations(ApproverRole.OPERATOR, 1, 300, Assurance.SESSION, false),
                                List.of(),
                                ASKED,
                                ASKED.plusSeconds(300),
                                List.of("ops"),
                                List.of("person:first"),
                                new Escalation(turn, List.of("leads"), List.of("person:next")),
                                List.of("allow_once", "deny")),
                        "Echo",
                        "text=hello",
                        SHOWN));
    }

    @Test
    void workersThatSeeItAtOnceAskOnceAndOneThatDiesHasAskedNobody() throws Exception {
        AskedCall call = asked(Duration.ofSeconds(2));
        ApprovalKey key = new ApprovalKey(workspace, call.approvalId);
        Approvals approvals = service.bean(Approvals.class);
        await().atMost(SOON)
                .until(() -> service.jdbc()
                        .sql("select escalates_at <= clock_timestamp() from approval_record where id = :id")
                        .param("id", call.approvalId)
                        .query(Boolean.class)
                        .single());
        service.bean(TransactionTemplate.class).executeWithoutResult(lost -> {
            approvals.escalate(key);
            lost.setRollbackOnly();
        });
        try (var workers = Executors.newFixedThreadPool(4)) {
            CountDownLatch go = new CountDownLatch(1);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(workers.submit(() -> {
                    go.await();
                    approvals.escalate(key);
                    return null;
                }));
            }
            go.countDown();
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(escalated(call)).isTrue();
        assertThat(events(call)).containsExactly(AuditEvent.APPROVAL_ESCALATED);
    }

    @Test
    void theDatabaseAsksNobodyBeforeTheirTurn() {
        AskedCall early = asked(MUCH_LATER);
        AskedCall nobody = service.ask(AskedCall.in(workspace));
        String set = "update approval_record set escalated_at = clock_timestamp() + interval '1 hour' where id = :id";
        for (AskedCall call : List.of(early, nobody)) {
            assertThatThrownBy(() ->
                            service.jdbc().sql(set).param("id", call.approvalId).update())
                    .isInstanceOf(DataIntegrityViolationException.class)
                    .hasMessageContaining("the next group is asked once, when it is its turn");
        }
        AskedCall due = asked(Duration.ofSeconds(1));
        await().atMost(SOON).until(() -> escalated(due));
        assertThatThrownBy(() -> service.jdbc()
                        .sql("update approval_record set escalated_at = null where id = :id")
                        .param("id", due.approvalId)
                        .update())
                .isInstanceOf(DataIntegrityViolationException.class);
    }

    private List<AuditEvent> events(AskedCall call) {
        return service.auditsAbout(call).stream().map(Audit::event).toList();
    }
}
