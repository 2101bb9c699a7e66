package dev.sallyport.policy.proposal.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.policy.permit.ExecutionStops;
import dev.sallyport.policy.proposal.SampleBodies;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** A grant answers a further call on the evidence of the person's answer that gave it, and on nothing else. */
class GrantsTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final RunningPolicyService service = SharedService.get();
    private final NeighbourStatements voices = new NeighbourStatements(service);
    private final String agent = service.agent(SharedService.fresh("grants"));

    private String ask() {
        return service.propose(agent, SampleBodies.TOUCH).id();
    }

    private String state(String id) {
        return service.with(agent, "GET", "/v1/proposals/" + id, null).state();
    }

    /** A call that was approved by an answer that gives a grant. */
    private String granted(ApprovalScope scope) {
        String id = ask();
        voices.say(id, voices.grant(id, scope));
        await().atMost(SOON).until(() -> state(id).equals("queue"));
        return id;
    }

    @Test
    void aGrantAnswersAFurtherCallWhosePermitRestsOnThePersonsAnswer() {
        String giver = granted(ApprovalScope.SESSION);
        String id = ask();
        voices.sayByGrant(id, voices.reuse(id, giver), giver);
        await().atMost(SOON).until(() -> state(id).equals("queue"));
        assertThat(voices.stated(id, ExecutionPermit.class)).hasSize(1);
        // The person's answer is kept for this call too: the other one may be forgotten first.
        assertThat(voices.stated(id, ApprovalResolved.class)).hasSize(2);
        voices.executed(id, CallOutcome.SUCCEEDED, "OK", "done");
        assertThat(service.ended(agent, id).state()).isEqualTo("done succeeded OK");
    }

    @Test
    void aMediumQuestionOffersFurtherCallsAndAHighOneDoesNot() {
        String medium = ask();
        assertThat(voices.stated(medium, ApprovalRequested.class).getFirst().options())
                .containsExactly("allow_once", "allow_session", "allow_time", "deny", "deny_session");
        String high = service.propose(agent, """
                {"tool":"fs.write","arguments":{"path":".git/hooks/pre-commit","content":"x"}}""").id();
        assertThat(voices.stated(high, ApprovalRequested.class).getFirst().options())
                .containsExactly("allow_once", "deny", "deny_session");
        voices.say(high, voices.grant(high, ApprovalScope.SESSION));
        assertThat(service.ended(agent, high).state()).isEqualTo("done denied SCOPE_NOT_OFFERED");
    }

    /** What an interpreter does is in a file, which may hold something else at the next call. */
    @Test
    void anInterpreterIsAskedAboutEachTime() {
        String before = service.owner("GET", "/v1/config", null).body().toString();
        ObjectNode config =
                (ObjectNode) service.owner("GET", "/v1/config", null).body();
        ObjectNode runner = (ObjectNode) config.path("process_runner");
        runner.withArray("allowed_executables").add("lua5.4");
        runner.withArray("interpreters").add("lua5.4");
        service.configure(config.toString());
        try {
            String script = service.propose(agent, """
                    {"tool":"process.run","arguments":{"executable":"lua5.4","args":["tool.lua"]}}""").id();
            assertThat(voices.stated(script, ApprovalRequested.class).getFirst().options())
                    .containsExactly("allow_once", "deny", "deny_session");
            assertThat(voices.stated(ask(), ApprovalRequested.class).getFirst().options())
                    .contains("allow_session", "allow_time");
        } finally {
            service.configure(before);
        }
    }

    @Test
    void aGrantOfSomebodyWhoMayNotAnswerNowDeniesTheCall() {
        String name = SharedService.fresh("giver");
        service.person(name, "operator");
        String giver = ask();
        ApprovalResolved owners = voices.grant(giver, ApprovalScope.SESSION);
        voices.say(
                giver,
                NeighbourStatements.with(
                        owners,
                        answer -> new ApprovalResolved.ApproverAnswer(
                                "person:" + name,
                                List.of("operator"),
                                answer.authenticator(),
                                answer.method(),
                                answer.answer(),
                                answer.promptDigest(),
                                null,
                                answer.at(),
                                null)));
        await().atMost(SOON).until(() -> state(giver).equals("queue"));

        String before = ask();
        voices.sayByGrant(before, voices.reuse(before, giver), giver);
        await().atMost(SOON).until(() -> state(before).equals("queue"));

        service.owner("DELETE", "/v1/members/person:" + name, null);
        String after = ask();
        voices.sayByGrant(after, voices.reuse(after, giver), giver);
        assertThat(service.ended(agent, after).state()).isEqualTo("done denied ROLE_MISSING");
        assertThat(voices.stated(after, ExecutionPermit.class)).isEmpty();

        service.person(name, "operator");
        String again = ask();
        voices.sayByGrant(again, voices.reuse(again, giver), giver);
        assertThat(service.ended(agent, again).state())
                .as("whoever is let in again has given nothing")
                .isEqualTo("done denied ROLE_MISSING");
    }

    @Test
    void aUseThatContradictsItsGrantIsNoStatementAtAll() {
        String giver = granted(ApprovalScope.SESSION);
        String id = service.propose(agent, SampleBodies.TOUCH.replaceFirst("\\{", "{\"session_id\":\"another\","))
                .id();
        voices.sayByGrant(id, voices.reuse(id, giver), giver);
        String right = ask();
        voices.sayByGrant(right, voices.reuse(right, giver), giver);
        await().atMost(SOON).until(() -> state(right).equals("queue"));
        assertThat(state(id)).startsWith("approve");
        assertThat(voices.stated(id, ApprovalResolved.class)).isEmpty();
    }

    /** approval-service's key alone makes no grant last: neither by counting anew, nor by stating people's answer anew. */
    @Test
    void eachUseHasANumberOfItsOwnAndOneQuestionGivesOneGrant() {
        String giver = granted(ApprovalScope.SESSION);
        String first = ask();
        ApprovalResolved use = voices.reuse(first, giver);
        voices.sayByGrant(first, use, giver);
        await().atMost(SOON).until(() -> state(first).equals("queue"));

        String again = ask();
        voices.sayByGrant(again, voices.reuse(again, giver), giver);
        assertThat(service.ended(agent, again).state()).isEqualTo("done denied GRANT_USE_TAKEN");
        String second = ask();
        voices.sayByGrant(second, numbered(voices.reuse(second, giver), 2), giver);
        await().atMost(SOON).until(() -> state(second).equals("queue"));

        voices.say(giver, voices.grant(giver, ApprovalScope.SESSION));
        await().atMost(SOON)
                .until(() -> voices.stated(giver, ApprovalResolved.class).size() == 2);
        String restated = ask();
        ApprovalResolved byAnother = voices.reuse(restated, giver);
        assertThat(byAnother.reuse()).isNotEqualTo(use.reuse());
        voices.sayByGrant(restated, byAnother, giver);
        assertThat(service.ended(agent, restated).state()).isEqualTo("done denied GRANT_NOT_ACCEPTED");
    }

    /** A use may overtake the answer that it rests on, and that may be older than what is kept of answers. */
    @Test
    void aUseSettlesTheGrantOfAnAnswerThatWasNotSeenHereYet() {
        String giver = granted(ApprovalScope.SESSION);
        int forgotten = service.jdbc()
                .sql("delete from accepted_grant where approval_id = :approval")
                .param(
                        "approval",
                        voices.stated(giver, ApprovalRequested.class).getFirst().approvalId())
                .update();
        assertThat(forgotten).isEqualTo(1);
        String id = ask();
        voices.sayByGrant(id, voices.reuse(id, giver), giver);
        await().atMost(SOON).until(() -> state(id).equals("queue"));
    }

    @Test
    void aGrantThatIsKnownToBeRevokedAnswersNothing() {
        String giver = granted(ApprovalScope.SESSION);
        String before = ask();
        ApprovalResolved use = voices.reuse(before, giver);
        voices.sayByGrant(before, use, giver);
        await().atMost(SOON).until(() -> state(before).equals("queue"));
        String grant = Objects.requireNonNull(use.reuse()).grantId();
        voices.revokeGrant(grant);
        await().atMost(SOON)
                .until(() -> service.jdbc()
                        .sql("select exists (select from revoked_grant where grant_id = :grant)")
                        .param("grant", grant)
                        .query(Boolean.class)
                        .single());
        String after = ask();
        voices.sayByGrant(after, numbered(voices.reuse(after, giver), 2), giver);
        assertThat(service.ended(agent, after).state()).isEqualTo("done cancelled GRANT_REVOKED");
    }

    private static ApprovalResolved numbered(ApprovalResolved use, int number) {
        return new ApprovalResolved(
                use.issued(),
                use.links(),
                use.approvalId(),
                use.answer(),
                use.code(),
                use.answers(),
                use.scope(),
                use.resolvedAt(),
                null,
                new ApprovalResolved.Reuse(Objects.requireNonNull(use.reuse()).grantId(), number));
    }

    @Test
    void whatIsKnownOfAGrantIsForgottenOnceNothingCanBeStatedByItAnyMore() {
        String old = "old-" + SharedService.fresh("grant");
        String kept = "kept-" + SharedService.fresh("grant");
        for (Map.Entry<String, Integer> each : Map.of(old, 91, kept, 89).entrySet()) {
            for (String insert : List.of(
                    "insert into accepted_grant (workspace_id, approval_id, statement, grant_id, accepted_at)"
                            + " values ('w', :grant, sha256(''), :grant, now() - :days * interval '1 day')",
                    "insert into accepted_grant_use (workspace_id, grant_id, use_number, proposal_id, taken_at)"
                            + " values ('w', :grant, 1, 'p', now() - :days * interval '1 day')",
                    "insert into revoked_grant (workspace_id, grant_id, revoked_at)"
                            + " values ('w', :grant, now() - :days * interval '1 day')")) {
                service.jdbc()
                        .sql(insert)
                        .param("grant", each.getKey())
                        .param("days", each.getValue())
                        .update();
            }
        }

        service.bean(AcceptedGrants.class).forget();

        assertThat(known(old)).isZero();
        assertThat(known(kept)).isEqualTo(3);
    }

    private int known(String grant) {
        return service.jdbc()
                .sql("select (select count(*) from accepted_grant where grant_id = :grant)"
                        + " + (select count(*) from accepted_grant_use where grant_id = :grant)"
                        + " + (select count(*) from revoked_grant where grant_id = :grant)")
                .param("grant", grant)
                .query(Integer.class)
                .single();
    }

    @Test
    void aRevokedGrantStopsTheCallThatNobodyHasClaimed() {
        String giver = granted(ApprovalScope.SESSION);
        String id = ask();
        byte[] answer = voices.sayByGrant(id, voices.reuse(id, giver), giver);
        await().atMost(SOON).until(() -> state(id).equals("queue"));
        service.control().answers(ExecutionStops.Answer.STOPPED);
        voices.withdraw(id, answer);
        assertThat(service.ended(agent, id).state()).isEqualTo("done cancelled GRANT_REVOKED");
        assertThat(voices.events(id)).containsOnlyOnce(AuditEvent.CALL_ENDED);
        assertThat(state(giver)).isEqualTo("queue");
    }

    @Test
    void aRevocationThatComesBeforeTheAnswerEndsTheCallAndTheAnswerChangesNothing() {
        String giver = granted(ApprovalScope.SESSION);
        String id = ask();
        byte[] answer = voices.recordByGrant(id, voices.reuse(id, giver), giver);
        voices.withdraw(id, answer);
        assertThat(service.ended(agent, id).state()).isEqualTo("done cancelled GRANT_REVOKED");
        voices.send("approval-service", "ApprovalResolved", id, answer);
        await().atMost(SOON).until(() -> voices.events(id).contains(AuditEvent.STATEMENT_WITHOUT_EFFECT));
        assertThat(voices.stated(id, ExecutionPermit.class)).isEmpty();
    }
}
