package dev.sallyport.approval.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.approval.fleet.Api;
import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.statements.predicate.ApprovalResolved;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class TimeoutTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final String workspace = AskedCall.freshWorkspace();

    @Test
    void whatNobodyAnswersIsDeniedAndALateAnswerUnlocksNothing() {
        RunningApproval service = RunningApproval.shared();
        AskedCall call = service.ask(AskedCall.in(workspace).timeout(Duration.ofSeconds(2)));
        await().atMost(SOON).until(() -> service.state(call).equals("timed_out"));

        service.policy.operator(workspace, "person:ada");
        Api.Answer late = Api.withToken(service, service.policy.token(workspace, "person:ada"))
                .approve(call);

        assertThat(late.status()).isEqualTo(409);
        assertThat(service.state(call)).isEqualTo("timed_out");
        assertThat(service.resolutions(call)).singleElement().satisfies(TimeoutTest::isATimeout);
    }

    @Test
    void aRequestThatArrivesTooLateTimesOutWithoutBeingAskedOfAnybody() {
        RunningApproval service = RunningApproval.shared();
        AskedCall call = AskedCall.in(workspace).timeout(Duration.ofMillis(1)).build();

        service.send(call);

        await().atMost(SOON).until(() -> service.state(call).equals("timed_out"));
    }

    /** More than one look of the sweep finds at once. */
    private static final int BROKEN = 101;

    @Test
    void recordsThatCannotBeEndedHoldUpNoOthers() {
        RunningApproval service = RunningApproval.shared();
        AskedCall broken = service.ask(AskedCall.in(workspace));
        copies(service, broken, BROKEN, "pending");
        try {
            AskedCall good = service.ask(AskedCall.in(workspace).timeout(Duration.ofMillis(1)));
            await().atMost(SOON).until(() -> service.state(good).equals("timed_out"));
            assertThat(service.jdbc()
                            .sql("select count(*) from approval_record where id like '%C0PY%' and state = 'pending'"
                                    + " and workspace_id = :workspace")
                            .param("workspace", workspace)
                            .query(Integer.class)
                            .single())
                    .isEqualTo(BROKEN);
        } finally {
            service.jdbc()
                    .sql("update approval_record set state = 'cancelled', code = 'CALL_ENDED', resolved_at = now()"
                            + " where id like '%C0PY%' and state = 'pending'")
                    .update();
        }
    }

    @Test
    void whatIsReadOfChangesIsBounded() {
        RunningApproval service = RunningApproval.shared();
        copies(service, service.ask(AskedCall.in(workspace)), 501, "cancelled");
        assertThat(service.bean(ApprovalQueries.class).changedWithin(Duration.ofMinutes(5)))
                .hasSize(500);
    }

    /** Records whose signed request cannot be read and whose time was over an hour ago. */
    private static void copies(RunningApproval service, AskedCall of, int count, String state) {
        service.jdbc().sql("""
                        with copy as (select '0000000000000000000C0PY' || lpad(n::text, 3, '0') as copy_id
                          from generate_series(1, :count) n)
                        insert into approval_request (workspace_id, id, record, prompt)
                        select workspace_id, copy_id, '\\x00', prompt from approval_request, copy where id = :id""").param("count", count).param("id", of.approvalId).update();
        service.jdbc()
                .sql("""
                        with copy as (select '0000000000000000000C0PY' || lpad(n::text, 3, '0') as copy_id
                          from generate_series(1, :count) n)
                        insert into approval_record
                        select (jsonb_populate_record(r, jsonb_build_object(
                          'id', copy_id,
                          'request_digest', sha256(convert_to(workspace_id || copy_id, 'UTF8')),
                          'requested_at', now() - interval '2 hours',
                          'expires_at', now() - interval '1 hour',
                          'state', :state::text,
                          'code', case :state when 'pending' then 'APPROVAL_PENDING' else 'CALL_ENDED' end,
                          'resolved_at', case :state when 'pending' then null else now() end))).*
                        from approval_record r, copy where id = :id""")
                .param("count", count)
                .param("id", of.approvalId)
                .param("state", state)
                .update();
    }

    @Test
    void anExpiredRequestIsRefusedEvenBeforeItWasSweptAway() {
        try (var service = RunningApproval.start(Map.of("sallyport.approvals.sweep-every", "1h"))) {
            service.policy.operator(workspace, "person:ada");
            Api ada = Api.withToken(service, service.policy.token(workspace, "person:ada"));
            AskedCall call = service.ask(AskedCall.in(workspace).timeout(Duration.ofSeconds(1)));
            await().atMost(SOON)
                    .until(() -> service.bean(JdbcClient.class)
                            .sql("select expires_at < clock_timestamp() from approval_record where id = :id")
                            .param("id", call.approvalId)
                            .query(Boolean.class)
                            .single());
            assertThat(ada.approve(call).code()).isEqualTo("EXPIRED");
            assertThat(service.state(call)).isEqualTo("pending");

            // Nobody was up when the time ran out: whoever comes next ends it, and says so.
            service.stop();
            Instant before = Instant.now();
            service.restart();

            await().atMost(SOON).until(() -> service.state(call).equals("timed_out"));
            ApprovalResolved said = service.resolutions(call).getFirst();
            isATimeout(said);
            assertThat(said.resolvedAt()).isAfterOrEqualTo(before.minusSeconds(5));
            assertThat(ada(service).approve(call).code()).isEqualTo("ALREADY_RESOLVED");
        }
    }

    private Api ada(RunningApproval service) {
        return Api.withToken(service, service.policy.token(workspace, "person:ada"));
    }

    private static void isATimeout(ApprovalResolved said) {
        assertThat(said.answer()).isEqualTo(ApprovalResolved.Answer.DENIED);
        assertThat(said.code()).isEqualTo("APPROVAL_TIMED_OUT");
        assertThat(said.answers()).isEmpty();
    }
}
