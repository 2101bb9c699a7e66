package dev.sallyport.policy.proposal.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.policy.permit.ExecutionStops;
import dev.sallyport.policy.proposal.SampleBodies;
import dev.sallyport.servicekit.freeze.Freezes;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.testkit.TestFleet;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

class PermitLifeTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final RunningPolicyService service = SharedService.get();
    private final NeighbourStatements voices = new NeighbourStatements(service);
    private final String name = SharedService.fresh("runs");
    private final String agent = service.agent(name);

    @AfterEach
    void controlAnswersAgain() {
        service.control().answers(ExecutionStops.Answer.STOPPED);
    }

    @Test
    void anUnclaimedPermitIsCutAgainUntilItsLatestStartAndThenTheCallExpires() {
        String id = service.propose(agent, SampleBodies.UNAME).id();
        overdue(id);
        await().atMost(SOON)
                .until(() -> voices.stated(id, ExecutionPermit.class).size() == 2);
        List<ExecutionPermit> permits = voices.stated(id, ExecutionPermit.class);
        assertThat(permits).extracting(ExecutionPermit::cut).containsExactly(1, 2);
        assertThat(permits)
                .extracting(ExecutionPermit::startBy)
                .containsOnly(permits.getFirst().startBy());

        service.control().answers(ExecutionStops.Answer.UNKNOWN);
        service.jdbc()
                .sql("update proposal set permit_not_after = now() - interval '1 second',"
                        + " start_by = now() - interval '1 second' where proposal_id = :id")
                .param("id", id)
                .update();
        await().atMost(SOON).until(() -> service.control().asked().contains(id));
        assertThat(state(id)).as("control has not said that it stopped it").isEqualTo("queue");

        service.control().answers(ExecutionStops.Answer.STOPPED);
        assertThat(service.ended(agent, id).state()).isEqualTo("done expired EXPIRED");
        assertThat(voices.stated(id, ExecutionPermit.class)).hasSize(2);
        assertThat(voices.events(id)).containsOnlyOnce(AuditEvent.CALL_ENDED);
    }

    @Test
    void replicasThatFindTheSamePermitOverdueCutTheNextOneOnce() throws Exception {
        String id = service.propose(agent, SampleBodies.UNAME).id();
        CallSweep sweep = service.bean(CallSweep.class);
        TransactionTemplate transaction = service.bean(TransactionTemplate.class);
        try (ExecutorService replica = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> looks = new ArrayList<>();
            overdue(id);
            transaction.executeWithoutResult(held -> {
                service.jdbc()
                        .sql("select 1 from proposal where proposal_id = :id for update")
                        .param("id", id)
                        .query()
                        .singleRow();
                looks.add(replica.submit(sweep::run));
                looks.add(replica.submit(sweep::run));
                // Both have found it overdue and wait for it.
                await().atMost(SOON).until(() -> waitingForTheRow() >= 2);
            });
            for (Future<?> look : looks) {
                look.get();
            }
        }
        assertThat(voices.stated(id, ExecutionPermit.class))
                .extracting(ExecutionPermit::cut)
                .containsExactly(1, 2);
    }

    private int waitingForTheRow() {
        return service.jdbc().sql("""
                        select count(*) from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock'""").query(Integer.class).single();
    }

    /** More than one look of the sweep finds at once. */
    private static final int BROKEN = 201;

    @Test
    void callsThatCannotBeMovedOnHoldUpNoOthers() {
        service.control().answers(ExecutionStops.Answer.STOPPED);
        String broken = service.propose(agent, SampleBodies.TOUCH).id();
        String good = service.propose(agent, SampleBodies.TOUCH).id();
        // Copies without the statements that the end rests on, longer overdue than the good one.
        service.jdbc().sql("""
                        insert into proposal select (jsonb_populate_record(p, jsonb_build_object(
                          'proposal_id', '0000000000000000000BR0K' || lpad(n::text, 3, '0'),
                          'approval_id', '0000000000000000000BR0K' || lpad(n::text, 3, '0'),
                          'approval_expires_at', now() - interval '1 hour'))).*
                        from proposal p, generate_series(1, :copies) n where p.proposal_id = :id""").param("id", broken).param("copies", BROKEN).update();
        try {
            service.jdbc()
                    .sql("update proposal set approval_expires_at = now() - interval '61 seconds'"
                            + " where proposal_id = :id")
                    .param("id", good)
                    .update();

            assertThat(service.ended(agent, good).state()).isEqualTo("done denied APPROVAL_TIMED_OUT");
            assertThat(service.jdbc()
                            .sql("select count(*) from proposal where proposal_id like '%BR0K%' and phase = 'APPROVE'")
                            .query(Integer.class)
                            .single())
                    .isEqualTo(BROKEN);
        } finally {
            service.jdbc()
                    .sql("delete from proposal where proposal_id like '%BR0K%'")
                    .update();
        }
    }

    @Test
    void aPermitIsNotCutAgainForWhatIsNotAllowedAnyMore() {
        String id = service.propose(agent, SampleBodies.UNAME).id();
        String config = service.owner("GET", "/v1/config", null).body().toString();
        service.configure(config.replace("\"process.run\",", ""));
        try {
            overdue(id);
            await().atMost(SOON).until(() -> ending(id).equals("DENIED POLICY_CHANGED"));
            assertThat(voices.stated(id, ExecutionPermit.class)).hasSize(1);
        } finally {
            service.configure(config);
        }
    }

    @Test
    void aPermitThatNobodyHasClaimedDoesNotOutliveTheConfigurationItRestsOn() {
        String id = service.propose(agent, SampleBodies.UNAME).id();
        String other = service.propose(agent, "{\"tool\":\"echo\",\"arguments\":{\"text\":\"x\"}}")
                .id();
        String config = service.owner("GET", "/v1/config", null).body().toString();
        service.configure(config.replace("\"process.run\",", ""));
        try {
            await().atMost(SOON).until(() -> ending(id).equals("DENIED POLICY_CHANGED"));
            await("control: what is still allowed is permitted anew")
                    .atMost(SOON)
                    .until(() -> voices.stated(other, ExecutionPermit.class).size() == 2);
        } finally {
            service.configure(config);
        }
    }

    @Test
    void aRevokedTokensCallsEndBeforeTheyStart() {
        Answer issued = service.owner("POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"%s\"}".formatted(name));
        String token = issued.body().path("token").asString();
        String asked = service.propose(token, SampleBodies.TOUCH).id();
        String queued = service.propose(token, SampleBodies.UNAME).id();
        String anothers = service.propose(agent, SampleBodies.TOUCH).id();

        service.owner("DELETE", "/v1/tokens/" + issued.body().path("token_id").asString(), null);

        await().atMost(SOON).until(() -> ending(asked).equals("CANCELLED TOKEN_REVOKED"));
        await().atMost(SOON).until(() -> ending(queued).equals("CANCELLED TOKEN_REVOKED"));
        assertThat(voices.events(asked)).containsOnlyOnce(AuditEvent.CANCEL_REQUESTED, AuditEvent.CALL_ENDED);
        voices.say(asked, voices.approval(asked, "person:owner", "owner"));
        await().atMost(SOON).until(() -> voices.events(asked).contains(AuditEvent.STATEMENT_WITHOUT_EFFECT));
        assertThat(voices.stated(asked, ExecutionPermit.class)).isEmpty();
        assertThat(state(anothers)).as("the same agent by another token").startsWith("approve");
    }

    @Test
    void aCallOutlivesTheTokenThatProposedItUnlessThatIsRevoked() {
        Answer issued = service.owner("POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"%s\"}".formatted(name));
        String token = issued.body().path("token").asString();
        String id = issued.body().path("token_id").asString();
        String asked = service.propose(token, SampleBodies.TOUCH).id();
        String left = service.propose(token, SampleBodies.TOUCH).id();

        assertThat(service.owner("POST", "/v1/tokens/" + id + ":rotate", "{\"overlap_minutes\":0}")
                        .status())
                .isLessThan(300);

        assertThat(service.propose(token, SampleBodies.TOUCH).status()).isEqualTo(401);
        voices.say(asked, voices.approval(asked, "person:owner", "owner"));
        await().atMost(SOON)
                .until(() -> voices.stated(asked, ExecutionPermit.class).size() == 1);
        assertThat(state(left)).startsWith("approve");

        // One that counts no more can be revoked all the same.
        assertThat(service.owner("DELETE", "/v1/tokens/" + id, null).status()).isLessThan(300);
        await().atMost(SOON).until(() -> ending(left).equals("CANCELLED TOKEN_REVOKED"));
    }

    @Test
    void aRemovedMembersOpenCallsEnd() {
        String asked = service.propose(agent, SampleBodies.TOUCH).id();

        assertThat(service.owner("DELETE", "/v1/members/agent:" + name, null).status())
                .isEqualTo(200);

        await().atMost(SOON).until(() -> ending(asked).equals("CANCELLED MEMBER_REMOVED"));
        assertThat(service.propose(agent, SampleBodies.UNAME).status()).isEqualTo(401);
    }

    /** Whoever comes back under the name of a removed member does not go on with its calls. */
    @Test
    void aMemberThatComesBackHasNoneOfTheCallsOfBefore() {
        String asked = service.propose(agent, SampleBodies.TOUCH).id();
        // As if it had been removed and made again at once, before anybody looked.
        service.jdbc()
                .sql("update member set created_at = now() + interval '10 seconds' where principal = :name")
                .param("name", "agent:" + name)
                .update();

        await().atMost(SOON).until(() -> ending(asked).equals("CANCELLED MEMBER_REMOVED"));
    }

    private String ending(String id) {
        return service.jdbc()
                .sql("select outcome || ' ' || code from proposal where proposal_id = :id and phase = 'DONE'")
                .param("id", id)
                .query(String.class)
                .optional()
                .orElse("");
    }

    @Test
    void aCallThatWaitsForAHumanIsCancelledAtOnce() {
        String id = service.propose(agent, SampleBodies.TOUCH).id();

        Answer cancelled = service.with(agent, "DELETE", "/v1/proposals/" + id, null);

        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.state()).isEqualTo("done cancelled CANCELLED");
        assertThat(service.control().asked()).doesNotContain(id);
        assertThat(voices.events(id)).contains(AuditEvent.CANCEL_REQUESTED).containsOnlyOnce(AuditEvent.CALL_ENDED);
    }

    @Test
    void aPermittedCallIsCancelledOnlyWhenControlSaysStopped() {
        service.control().answers(ExecutionStops.Answer.UNKNOWN);
        String id = service.propose(agent, SampleBodies.UNAME).id();
        Answer asked = service.with(agent, "DELETE", "/v1/proposals/" + id, null);
        assertThat(asked.status()).isEqualTo(202);
        assertThat(asked.state()).isEqualTo("queue");

        service.control().answers(ExecutionStops.Answer.STOPPED);

        assertThat(service.ended(agent, id).state()).isEqualTo("done cancelled CANCELLED");
        assertThat(service.control().reasons()).containsEntry(id, "CANCELLED");
        assertThat(service.with(agent, "DELETE", "/v1/proposals/" + id, null).state())
                .as("cancelling an ended call changes nothing")
                .isEqualTo("done cancelled CANCELLED");
        assertThat(voices.events(id)).containsOnlyOnce(AuditEvent.CANCEL_REQUESTED);
    }

    @Test
    void aStartedCallEndsAsTheNodeSaysWhoeverCancelled() {
        service.control().answers(ExecutionStops.Answer.ALREADY_STARTED);
        String id = service.propose(agent, SampleBodies.UNAME).id();
        voices.started(id);
        await().atMost(SOON).until(() -> state(id).equals("run"));
        assertThat(service.with(agent, "DELETE", "/v1/proposals/" + id, null).status())
                .isEqualTo(202);

        voices.executed(id, CallOutcome.CANCELLED, "KILLED", "");

        assertThat(service.ended(agent, id).state()).isEqualTo("done cancelled KILLED");
    }

    @Test
    void aResultBySomeOtherNodeThanTheOneThatStartedIsWithoutEffect() {
        String id = service.propose(agent, SampleBodies.UNAME).id();
        voices.started(id);

        voices.executedElsewhere(id);

        await().atMost(SOON).until(() -> voices.events(id).contains(AuditEvent.STATEMENT_WITHOUT_EFFECT));
        assertThat(state(id)).isEqualTo("run");
        voices.executed(id, CallOutcome.SUCCEEDED, "OK", "");
        assertThat(service.ended(agent, id).state()).as("control").isEqualTo("done succeeded OK");
    }

    @Test
    void aLateResultIsKeptWithoutEffect() {
        String id = service.propose(agent, SampleBodies.UNAME).id();
        voices.started(id);
        voices.executed(id, CallOutcome.FAILED, "EXIT_STATUS", "");
        assertThat(service.ended(agent, id).state()).isEqualTo("done failed EXIT_STATUS");

        voices.executed(id, CallOutcome.SUCCEEDED, "OK", "late");

        await().atMost(SOON).until(() -> voices.events(id).contains(AuditEvent.STATEMENT_WITHOUT_EFFECT));
        assertThat(service.ended(agent, id).state()).isEqualTo("done failed EXIT_STATUS");
        assertThat(voices.events(id)).containsOnlyOnce(AuditEvent.CALL_ENDED);
    }

    @Test
    void aCallWhosePermitControlFoundInvalidIsRefusedForThat() {
        service.control().answers(ExecutionStops.Answer.UNKNOWN);
        String id = service.propose(agent, SampleBodies.UNAME).id();

        voices.stopped(id, "PERMIT_NOT_VALID");

        assertThat(service.ended(agent, id).state()).isEqualTo("done refused PERMIT_NOT_VALID");
    }

    @Test
    void aStopThatControlStatesEndsTheCall() {
        service.control().answers(ExecutionStops.Answer.UNKNOWN);
        String id = service.propose(agent, SampleBodies.UNAME).id();

        voices.stopped(id, "FROZEN");

        assertThat(service.ended(agent, id).state()).isEqualTo("done cancelled FROZEN");
    }

    @Test
    void aFreezeDeniesNewCallsStopsQueuedOnesAndCanBeLifted() {
        String body = SampleBodies.UNAME.replaceFirst("\\{", "{\"session_id\":\"" + name + "\",");
        String queued = service.propose(agent, body).id();
        String target = """
                        {"scope":"session","id":"agent:%s/%s","reason":"drill"}""".formatted(name, name);

        assertThat(service.owner("POST", "/v1/freeze", target).status()).isEqualTo(200);
        assertThat(service.propose(agent, body).state()).isEqualTo("done denied FROZEN");
        assertThat(service.propose(agent, SampleBodies.UNAME).state())
                .as("another session")
                .isEqualTo("queue");
        assertThat(service.ended(agent, queued).state()).isEqualTo("done cancelled FROZEN");

        assertThat(service.owner("POST", "/v1/unfreeze", target).status()).isEqualTo(200);
        assertThat(service.propose(agent, body).state()).isEqualTo("queue");
    }

    @Test
    void aFreezeOfARunStopsThatRunAlone() {
        String body = SampleBodies.UNAME.replaceFirst("\\{", "{\"session_id\":\"s\",\"run_id\":\"one\",");
        String other = body.replace("\"one\"", "\"two\"");
        String queued = service.propose(agent, body).id();
        String kept = service.propose(agent, other).id();
        String target = """
                        {"scope":"run","id":"agent:%s/one","reason":"drill"}""".formatted(name);

        assertThat(service.owner("POST", "/v1/freeze", target).status()).isEqualTo(200);
        try {
            assertThat(service.propose(agent, body).state()).isEqualTo("done denied FROZEN");
            assertThat(service.ended(agent, queued).state()).isEqualTo("done cancelled FROZEN");
            assertThat(state(kept)).as("another run of the session").isEqualTo("queue");
            assertThat(service.propose(agent, other).state()).isEqualTo("queue");
        } finally {
            assertThat(service.owner("POST", "/v1/unfreeze", target).status()).isEqualTo(200);
        }
        assertThat(service.propose(agent, body).state()).isEqualTo("queue");
    }

    /** The bound that the guarantees name. From the answer on, no new permit; within it, what was queued is stopped. */
    @Test
    void aFreezeOfEachScopeIsInEffectWithinFiveSeconds() {
        String session = "agent:" + name + "/s";
        for (String target : List.of(
                "{\"scope\":\"run\",\"id\":\"agent:" + name + "/r\",\"reason\":\"drill\"}",
                "{\"scope\":\"session\",\"id\":\"" + session + "\",\"reason\":\"drill\"}",
                "{\"scope\":\"principal\",\"id\":\"agent:" + name + "\",\"reason\":\"drill\"}",
                "{\"scope\":\"workspace\",\"reason\":\"drill\"}",
                "{\"scope\":\"fleet\",\"reason\":\"drill\"}")) {
            String body = SampleBodies.UNAME.replaceFirst("\\{", "{\"session_id\":\"s\",\"run_id\":\"r\",");
            String queued = service.propose(agent, body).id();
            assertThat(state(queued)).as(target).isEqualTo("queue");
            long asked = System.nanoTime();
            assertThat(service.owner("POST", "/v1/freeze", target).status()).isEqualTo(200);
            try {
                assertThat(service.propose(agent, body).state()).as(target).isEqualTo("done denied FROZEN");
                assertThat(service.ended(agent, queued).state()).as(target).isEqualTo("done cancelled FROZEN");
                assertThat(Duration.ofNanos(System.nanoTime() - asked))
                        .as(target)
                        .isLessThan(Duration.ofSeconds(5));
            } finally {
                assertThat(service.owner("POST", "/v1/unfreeze", target).status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void aFreezeThatControlHasAcceptedCountsHereToo() {
        Map<String, String> attributes = Map.of(
                "scope", "principal", "workspace_id", service.workspaceId(), "id", "agent:" + name, "reason", "drill");
        voices.controlSays("freeze:principal:x", AuditEvent.FROZEN, attributes);
        await().atMost(SOON)
                .until(() -> service.propose(agent, SampleBodies.UNAME).state().equals("done denied FROZEN"));
        voices.controlSays("freeze:principal:x", AuditEvent.UNFROZEN, attributes);
        await().atMost(SOON)
                .until(() -> service.propose(agent, SampleBodies.UNAME).state().equals("queue"));
    }

    @Test
    void aFreezeThatArrivesAfterItsEndIsWithoutEffect() {
        Map<String, String> attributes = Map.of(
                "scope", "principal", "workspace_id", service.workspaceId(), "id", "agent:" + name, "reason", "drill");
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        learn(AuditEvent.UNFROZEN, attributes, now);
        learn(AuditEvent.FROZEN, attributes, now.minusSeconds(1));
        assertThat(service.propose(agent, SampleBodies.UNAME).state()).isEqualTo("queue");

        learn(AuditEvent.FROZEN, attributes, now.plusSeconds(2));
        learn(AuditEvent.UNFROZEN, attributes, now.plusSeconds(1));
        assertThat(service.propose(agent, SampleBodies.UNAME).state()).isEqualTo("done denied FROZEN");
        learn(AuditEvent.UNFROZEN, attributes, now.plusSeconds(3));
    }

    private void learn(AuditEvent event, Map<String, String> attributes, Instant at) {
        SpiffeId control = SpiffeId.service(TestFleet.shared().trust().trustDomain(), "executor-service");
        Issuance issued = new Issuance(TestFleet.shared().trust().fleetId(), null, control, at, null);
        service.bean(Freezes.class).learn(Audit.of(issued, event, "person:owner", List.of(), attributes));
    }

    private void overdue(String id) {
        service.jdbc()
                .sql("update proposal set permit_not_after = now() - interval '1 second' where proposal_id = :id")
                .param("id", id)
                .update();
    }

    private String state(String id) {
        return service.with(agent, "GET", "/v1/proposals/" + id, null).state();
    }
}
