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
