package dev.sallyport.policy.proposal.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.policy.budget.CallBudgets;
import dev.sallyport.policy.proposal.SampleBodies;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.testkit.TestFleet;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ForgettingTest {
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration MONTH = Duration.ofDays(31);

    private final RunningPolicyService service = SharedService.get();
    private final CallMemory memory = service.bean(CallMemory.class);
    private final String name = SharedService.fresh("forgotten");
    private final String agent = service.agent(name);

    @Test
    void bytesGoAWeekAfterTheEndAndTheCallAMonthAfterIt() {
        String open = service.propose(agent, SampleBodies.TOUCH).id();
        String recent = ended();
        String old = ended();
        endedDaysAgo(recent, 6);
        endedDaysAgo(old, 8);

        memory.forgetBytes(WEEK);

        assertThat(get(open + "?explain=true")
                        .body()
                        .at("/decision/explanation")
                        .isObject())
                .isTrue();
        assertThat(get(recent).body().at("/result/stdout").asString()).isEqualTo("secret output");
        Answer forgotten = get(old);
        assertThat(forgotten.state()).isEqualTo("done succeeded OK");
        assertThat(forgotten.body().has("result")).isFalse();
        assertThat(service.with(agent, "GET", "/v1/proposals/" + old + "/explanation", null)
                        .status())
                .isEqualTo(404);
        assertThat(service.jdbc()
                        .sql("select count(*) from proposal where proposal_id = :id and arguments is null"
                                + " and explanation is null and result is null and denial_reason is null")
                        .param("id", old)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);

        memory.forget(MONTH);
        assertThat(get(old).status()).isEqualTo(200);
        endedDaysAgo(old, 32);
        memory.forget(MONTH);

        assertThat(get(old).status()).isEqualTo(404);
        assertThat(rows("call_statement", old) + rows("proposal_history", old)).isZero();
        assertThat(get(recent).status()).isEqualTo(200);
        assertThat(rows("call_statement", recent)).isPositive();
    }

    @Test
    void anOwnerErasesOneCallOrAllOfAPrincipalAndThatIsStated() {
        String open = service.propose(agent, SampleBodies.TOUCH).id();
        String first = ended();
        String second = ended();
        String admin = service.person(SharedService.fresh("admin"), "admin");
        String one = "{\"proposal_id\":\"%s\",\"reason\":\"asked for\"}".formatted(first);
        String all = "{\"principal\":\"agent:%s\",\"reason\":\"asked for\"}".formatted(name);
        assertThat(service.with(admin, "POST", "/v1/proposals:erase", one).code())
                .isEqualTo("PERMISSION_MISSING");
        assertThat(get(first).body().at("/result/stdout").asString()).isEqualTo("secret output");

        assertThat(erase(one)).isEqualTo(counts(1, 0));

        assertThat(get(first).body().has("result")).isFalse();
        assertThat(get(first).state()).isEqualTo("done succeeded OK");
        assertThat(get(second).body().has("result")).isTrue();
        assertThat(erase(one).path("erased").asInt()).as("a repeat").isZero();
        assertThat(erase(one.replace(first, open))).isEqualTo(counts(0, 1));
        assertThat(erase(all)).isEqualTo(counts(1, 1));
        assertThat(get(second).body().has("result")).isFalse();
        assertThat(get(open + "?explain=true")
                        .body()
                        .at("/decision/explanation")
                        .isObject())
                .isTrue();
        assertThat(erasures()).isEqualTo(2);
        assertThat(service.owner("POST", "/v1/proposals:erase", one.replace(first, "01JD0000000000000000000000"))
                        .status())
                .isEqualTo(404);
        assertThat(service.owner("POST", "/v1/proposals:erase", "{\"reason\":\"x\"}")
                        .status())
                .isEqualTo(400);
        for (String noText : List.of("\\ud800", "a\\u0000b")) {
            assertThat(service.owner("POST", "/v1/proposals:erase", one.replace("asked for", noText))
                            .status())
                    .as(noText)
                    .isEqualTo(400);
        }
    }

    private static JsonNode counts(int erased, int open) {
        return RunningPolicyService.JSON
                .createObjectNode()
                .put("erased", erased)
                .put("open", open)
                .put("more", false);
    }

    private JsonNode erase(String body) {
        Answer answer = service.owner("POST", "/v1/proposals:erase", body);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body();
    }

    /** The statements about it, as a consumer reads them. */
    private long erasures() {
        StatementVerifier verifier = new StatementVerifier(TestFleet.shared().trust(), Revocations.NONE);
        return service
                .jdbc()
                .sql("select record from kit_outbox where subject like 'erasure:%'")
                .query((rs, n) -> rs.getBytes(1))
                .list()
                .stream()
                .map(record -> audit(verifier, record))
                .filter(audit -> audit.event() == AuditEvent.DETAILS_ERASED
                        && "1".equals(audit.attributes().get("calls"))
                        && "asked for".equals(audit.attributes().get("reason")))
                .count();
    }

    private static Audit audit(StatementVerifier verifier, byte[] record) {
        try {
            return (Audit)
                    verifier.verify(StatementRecord.parse(record)).statement().predicate();
        } catch (StatementRefusedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRunThatIsNotUsedAnyMoreIsForgotten() {
        CallBudgets budgets = service.bean(CallBudgets.class);
        ended();
        budgets.forgetUnused(MONTH);
        assertThat(budgetsOfAgent()).isEqualTo(1);
        service.jdbc()
                .sql("update run_budget set used_at = now() - interval '32 days' where principal = :who")
                .param("who", "agent:" + name)
                .update();
        budgets.forgetUnused(MONTH);
        assertThat(budgetsOfAgent()).isZero();
    }

    @Test
    void signInLinksThatEndedGoWhenTheNextOneComes() {
        String person = SharedService.fresh("vera");
        service.person(person, "operator");
        String link = "{\"principal\":\"person:" + person + "\"}";
        assertThat(service.owner("POST", "/v1/sign-in-tokens", link).status()).isLessThan(300);
        service.jdbc()
                .sql("update sign_in_token set expires_at = now() - interval '2 days' where principal = :who")
                .param("who", "person:" + person)
                .update();
        assertThat(service.owner("POST", "/v1/sign-in-tokens", link).status()).isLessThan(300);
        assertThat(service.jdbc()
                        .sql("select count(*) from sign_in_token where principal = :who")
                        .param("who", "person:" + person)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    private String ended() {
        String id = service.propose(agent, SampleBodies.UNAME).id();
        new NeighbourStatements(service).executed(id, CallOutcome.SUCCEEDED, "OK", "secret output");
        service.ended(agent, id);
        return id;
    }

    private Answer get(String id) {
        return service.with(agent, "GET", "/v1/proposals/" + id, null);
    }

    private void endedDaysAgo(String id, int days) {
        service.jdbc()
                .sql("update proposal set ended_at = now() - make_interval(days => :days) where proposal_id = :id")
                .param("days", days)
                .param("id", id)
                .update();
    }

    private int rows(String table, String id) {
        return service.jdbc()
                .sql("select count(*) from " + table + " where proposal_id = :id")
                .param("id", id)
                .query(Integer.class)
                .single();
    }

    private int budgetsOfAgent() {
        return service.jdbc()
                .sql("select count(*) from run_budget where principal = :who")
                .param("who", "agent:" + name)
                .query(Integer.class)
                .single();
    }
}
