package dev.sallyport.policy.proposal.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.policy.proposal.SampleBodies;
import dev.sallyport.policy.proposal.WaitReason;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.Tier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueueWatchTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Map<String, Set<Tier>> NOBODY = Map.of();
    private static final Map<String, Set<Tier>> NOTHING_PROVEN = Map.of("default", Set.of(), "other", Set.of(Tier.C));

    private final RunningPolicyService service = SharedService.get();
    private final NeighbourStatements voices = new NeighbourStatements(service);
    private final String agent = service.agent(SharedService.fresh("waits"));

    @AfterEach
    void aNodeIsThereAgain() {
        service.control().offersAgain();
    }

    @Test
    void aCallWhoseTierNoNodeOffersSaysSoUntilOneDoesAndThenRunsInThatTier() {
        service.control().offers(NOTHING_PROVEN);
        String id = service.propose(agent, SampleBodies.UNAME).id();

        awaitState(id, "queue NO_NODE_OFFERS_TIER");
        assertThat(get(id).body().path("waiting").path("code").asString()).isEqualTo("NO_NODE_OFFERS_TIER");
        assertThat(get(id).body().path("waiting").path("tier").asString()).isEqualTo("B");
        assertThat(get(id).body().path("waiting").path("pool").asString()).isEqualTo("default");
        assertThat(get(id).body().path("waiting").path("message").asString())
                .contains("tier B", "pool default", "Run doctor", "does not run in a lesser tier");
        assertThat(listed(id)).contains("NO_NODE_OFFERS_TIER");
        assertThat(voices.stated(id, ExecutionPermit.class))
                .as("what is said changes nothing of the permit")
                .extracting(ExecutionPermit::tier)
                .containsExactly(Tier.B);

        service.control().offersAgain();
        awaitState(id, "queue");
        assertThat(get(id).body().has("waiting")).isFalse();

        voices.started(id);
        awaitState(id, "run");
        voices.executed(id, CallOutcome.SUCCEEDED, "OK", "");
        assertThat(service.ended(agent, id).state()).isEqualTo("done succeeded OK");
        assertThat(history(id))
                .containsExactly("QUEUE", "QUEUE NO_NODE_OFFERS_TIER", "QUEUE", "RUN", "DONE succeeded OK");
    }

    @Test
    void aCallWhosePoolHasNoNodeSaysSoAndCanBeClaimedWithoutAWordInBetween() {
        service.control().offers(NOBODY);
        String id = service.propose(agent, SampleBodies.UNAME).id();
        awaitState(id, "queue NO_NODE_IN_POOL");
        assertThat(get(id).body().path("waiting").path("message").asString()).contains("pool default", "Start one");

        service.control().offers(NOTHING_PROVEN);
        awaitState(id, "queue NO_NODE_OFFERS_TIER");

        voices.started(id);
        awaitState(id, "run");
        assertThat(get(id).body().has("waiting")).isFalse();
    }

    @Test
    void theReasonOutlivesAFurtherCutAndAControlThatDoesNotAnswerAndEndsWithTheCall() {
        service.control().offers(NOBODY);
        String id = service.propose(agent, SampleBodies.UNAME).id();
        awaitState(id, "queue NO_NODE_IN_POOL");

        service.control().offers(null);
        service.jdbc()
                .sql("update proposal set permit_not_after = now() - interval '1 second' where proposal_id = :id")
                .param("id", id)
                .update();
        await().atMost(SOON)
                .until(() -> voices.stated(id, ExecutionPermit.class).size() == 2);
        assertThat(get(id).state()).isEqualTo("queue NO_NODE_IN_POOL");

        service.jdbc()
                .sql("update proposal set permit_not_after = now() - interval '1 second',"
                        + " start_by = now() - interval '1 second' where proposal_id = :id")
                .param("id", id)
                .update();
        assertThat(service.ended(agent, id).state()).isEqualTo("done expired EXPIRED");
        assertThat(get(id).body().has("waiting")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "A, A, ", "A, B, NO_NODE_OFFERS_TIER", "A, C, NO_NODE_OFFERS_TIER",
        "B, A, ", "B, B, ", "B, C, ",
        "C, A, ", "C, B, NO_NODE_OFFERS_TIER", "C, C, "
    })
    void aTierIsMissingWhereNoneOfferedSatisfiesIt(Tier asked, Tier offered, String reason) {
        assertThat(WaitReason.of("default", asked, Map.of("default", Set.of(offered)))
                        .map(WaitReason::name)
                        .orElse(null))
                .isEqualTo(reason);
        assertThat(WaitReason.of("default", asked, Map.of("other", Set.of(offered))))
                .contains(WaitReason.NO_NODE_IN_POOL);
    }

    private void awaitState(String id, String state) {
        await(id + " " + state).atMost(SOON).until(() -> get(id).state().equals(state));
    }

    private Answer get(String id) {
        return service.with(agent, "GET", "/v1/proposals/" + id, null);
    }

    private String listed(String id) {
        return service.with(agent, "GET", "/v1/proposals?limit=50", null)
                .body()
                .path("items")
                .valueStream()
                .filter(item -> item.path("proposal_id").asString().equals(id))
                .findFirst()
                .orElseThrow()
                .toString();
    }

    private List<String> history(String id) {
        return service.jdbc()
                .sql("select concat_ws(' ', phase, outcome, code) from proposal_history"
                        + " where proposal_id = :id order by position")
                .param("id", id)
                .query(String.class)
                .list();
    }
}
