package dev.sallyport.executor.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.claim.AttackReport;
import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.claim.ClaimRequest;
import dev.sallyport.executor.claim.NodeOffer;
import dev.sallyport.executor.claim.Renewed;
import dev.sallyport.executor.fleet.Offers;
import dev.sallyport.executor.fleet.ProposedCall;
import dev.sallyport.executor.fleet.TestPrincipals;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.Tier;
import dev.sallyport.testkit.Forger;
import dev.sallyport.testkit.TestFleet;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a node may hold, for how long, and who gets the next place. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HoldingTest {
    private static final NodeOffer C = Offers.proven(List.of(Tier.C));
    private static final String JOURNAL = "0123456789abcdef0123456789abcdef";

    private ControlBench bench;

    @BeforeAll
    void start() {
        bench = new ControlBench(Map.of());
    }

    @AfterAll
    void stop() {
        bench.close();
    }

    @BeforeEach
    void clear() {
        bench.jdbc()
                .sql("update execution set phase = 'stopped' where phase in ('permitted', 'running')")
                .update();
        bench.jdbc().sql("delete from node").update();
    }

    @Test
    void aNodeIsGivenNoMoreThanItCanRunAndNothingWhileItDrains() throws Exception {
        of(bench.permitted(), "agent:a");
        of(bench.permitted(), "agent:b");
        of(bench.permitted(), "agent:c");

        assertThat(bench.claim(bench.node, C, 0, null)).as("it drains").isEmpty();
        assertThat(bench.claim(bench.node, C, 2, null)).isPresent();
        assertThat(bench.claim(bench.node, C, 2, null)).isPresent();
        assertThat(bench.claim(bench.node, C, 2, null)).isEmpty();
        assertThat(bench.claim(bench.otherNode, C, 2, null)).as("control").isPresent();
    }

    @Test
    void severalCallsAreHandedOutAtOnceAndNoMoreThanAskedForOrThanThereIsRoom() throws Exception {
        for (String agent : List.of("agent:a", "agent:b", "agent:c", "agent:d", "agent:e")) {
            of(bench.permitted(), agent);
        }
        assertThat(bench.claims(bench.node, C, 4, 2, null)).hasSize(2);
        assertThat(bench.claims(bench.node, C, 4, 4, null)).hasSize(2);
        assertThat(bench.claims(bench.node, C, 4, 4, null)).isEmpty();
        assertThat(bench.claims(bench.otherNode, C, 4, 4, null))
                .as("the last one, each once")
                .hasSize(1);
    }

    /** The setting {@code sallyport.node.tool-limits}. */
    @Test
    void aNodeIsGivenNoMoreOfAToolThanItRunsAtATime() throws Exception {
        ClaimRequest oneEcho = new ClaimRequest(C, 10, 10, 0, null, null, Map.of("echo", 1, "other", 3));
        ProposedCall first = of(bench.permitted(), "agent:a");
        of(bench.permitted(), "agent:b");
        ProposedCall file = bench.permittedFile(null);

        List<String> given = new ArrayList<>();
        for (Claim claim : bench.claims(bench.node, oneEcho)) {
            given.add(subject(Optional.of(claim)));
        }
        assertThat(given)
                .as("one echo, and what is no echo")
                .containsExactlyInAnyOrder("proposal:" + first.id, "proposal:" + file.id);
        assertThat(bench.claims(bench.node, oneEcho)).as("its place is taken").isEmpty();
        finished(first);
        assertThat(bench.claims(bench.node, oneEcho)).as("it is free again").hasSize(1);
        of(bench.permitted(), "agent:c");
        assertThat(bench.claims(bench.otherNode, C, 10, 10, null))
                .as("control: another node has no such limit")
                .hasSize(1);
    }

    @Test
    void onePrincipalNeverHasAllPlacesOfANode() throws Exception {
        for (int call = 0; call < 6; call++) {
            of(bench.permitted(), "agent:greedy");
        }
        assertThat(bench.claim(bench.node, C, 3, null)).isPresent();
        assertThat(bench.claim(bench.node, C, 3, null)).isPresent();
        assertThat(bench.claim(bench.node, C, 3, null)).isEmpty();

        ProposedCall other = of(bench.permitted(), "agent:modest");
        assertThat(subject(bench.claim(bench.node, C, 3, null))).isEqualTo("proposal:" + other.id);
        assertThat(bench.claim(bench.otherNode, C, 1, null))
                .as("a node with one place gives it to anybody")
                .isPresent();
    }

    @Test
    void whoHasTheFewestRunningIsNext() throws Exception {
        ProposedCall first = of(bench.permitted(), "agent:a");
        ProposedCall second = of(bench.permitted(), "agent:a");
        ProposedCall late = of(bench.permitted(), "agent:b");

        assertThat(subject(bench.claim(bench.node, C))).isEqualTo("proposal:" + first.id);
        assertThat(subject(bench.claim(bench.node, C))).isEqualTo("proposal:" + late.id);
        assertThat(subject(bench.claim(bench.node, C))).isEqualTo("proposal:" + second.id);
    }

    @Test
    void aLeaseIsNotRenewedForLongerThanTheCallMayTake() throws Exception {
        ProposedCall call = bench.permitted();
        Claim claim = bench.claim(bench.node, C).orElseThrow();
        assertThat(bench.executions.renew(call.id, bench.node, claim.fence()))
                .as("control")
                .isInstanceOf(Renewed.Held.class);
        assertThat(bench.jdbc()
                        .sql(
                                "select extract(epoch from hold_until - claimed_at) from execution where proposal_id = :id")
                        .param("id", call.id)
                        .query(Integer.class)
                        .single())
                .as("90 s of its own, 60 s of grace")
                .isEqualTo(150);

        set(call, "hold_until = clock_timestamp() - interval '1 second'");

        assertThat(bench.executions.renew(call.id, bench.node, claim.fence())).isInstanceOf(Renewed.Lost.class);
    }

    @Test
    void aLeaseIsNotRenewedLongAfterItsNodeWasToldToEndTheCall() throws Exception {
        ProposedCall call = bench.permitted();
        Claim claim = bench.claim(bench.node, C).orElseThrow();
        bench.executions.stop(call.id, "CANCELLED");
        for (int time = 0; time < 2; time++) {
            assertThat(bench.executions.renew(call.id, bench.node, claim.fence()))
                    .isInstanceOf(Renewed.Stop.class);
        }

        set(call, "stop_told_at = clock_timestamp() - interval '30 seconds'");

        assertThat(bench.executions.renew(call.id, bench.node, claim.fence())).isInstanceOf(Renewed.Lost.class);
    }

    @Test
    void aClaimThatWasLostOnItsWayIsHandedToTheSameNodeAgain() throws Exception {
        bench.permitted();
        Claim claim = bench.claim(bench.node, C, 3, held()).orElseThrow();

        Claim again = bench.claim(bench.node, C, 3, held()).orElseThrow();
        assertThat(again.fence()).isEqualTo(claim.fence());
        assertThat(again.startedRecord()).isEqualTo(claim.startedRecord());
        assertThat(again.permitRecord()).isEqualTo(claim.permitRecord());
        assertThat(again.leaseMs()).isLessThanOrEqualTo(claim.leaseMs());

        assertThat(bench.claim(bench.node, C, 3, held(claim.fence())))
                .as("it has it")
                .isEmpty();
        assertThat(bench.claim(bench.node, C, 3, new ClaimRequest.Held(JOURNAL.replace('0', '1'), List.of())))
                .as("it may have begun it before it lost its journal")
                .isEmpty();
        assertThat(bench.claim(bench.otherNode, C, 3, held())).isEmpty();
        bench.executions.renew(
                bench.started(claim).statement().subject().name().substring("proposal:".length()),
                bench.node,
                claim.fence());
        assertThat(bench.claim(bench.node, C, 3, held()))
                .as("it has renewed the lease, so it had it")
                .isEmpty();
    }

    @Test
    void aSessionWhoseNodeIsGoneIsToldOnceAndBeginsAnew() throws Exception {
        seen(bench.node);
        ProposedCall first = bench.permittedFile(null);
        assertThat(bench.claim(bench.node, C).orElseThrow().workspaceLost()).isFalse();
        finished(first);
        bench.permittedFile(first.proposal.session());

        away("4 minutes");
        assertThat(bench.claim(bench.otherNode, C)).as("it may come back").isEmpty();
        away("6 minutes");
        assertThat(bench.claim(bench.otherNode, C).orElseThrow().workspaceLost())
                .isTrue();

        bench.permittedFile(first.proposal.session());
        assertThat(bench.claim(bench.otherNode, C).orElseThrow().workspaceLost())
                .isFalse();
    }

    @Test
    void anOperatorGivesUpTheSessionsOfANode() throws Exception {
        seen(bench.node);
        ProposedCall first = bench.permittedFile(null);
        assertThat(bench.claim(bench.node, C)).isPresent();
        bench.permittedFile(first.proposal.session());
        String path = "/v1/nodes/default/node-1:evict";

        assertThat(bench.control
                        .withToken(TestPrincipals.ADMIN, "POST", path, "")
                        .statusCode())
                .isEqualTo(403);
        assertThat(bench.claim(bench.otherNode, C)).isEmpty();
        assertThat(bench.control
                        .withToken(TestPrincipals.OWNER, "POST", path, "")
                        .statusCode())
                .isEqualTo(200);

        assertThat(bench.claim(bench.otherNode, C).orElseThrow().workspaceLost())
                .isTrue();
        assertThat(stated(AuditEvent.NODE_EVICTED)).hasSize(1);
    }

    @Test
    void aNodeIsToldOfATrialUntilItHasReported() throws Exception {
        seen(bench.node);
        String path = "/v1/nodes/default/node-1";
        String line =
                "{\"case\":\"processes are bounded\",\"tier\":\"C\",\"expected\":\"stopped\",\"observed\":\"works\","
                        + "\"control\":true,\"holds\":false}";
        String report = "{\"items\":[" + line + "]}";

        assertThat(bench.control
                        .withToken(TestPrincipals.ADMIN, "POST", path + ":attack", "")
                        .statusCode())
                .isEqualTo(403);
        assertThat(bench.control
                        .withToken(TestPrincipals.OWNER, "POST", "/v1/nodes/default/node-9:attack", "")
                        .statusCode())
                .isEqualTo(404);
        assertThat(bench.control
                        .withToken(TestPrincipals.OWNER, "GET", path + "/attack", null)
                        .statusCode())
                .isEqualTo(404);

        String asked = bench.control
                .withToken(TestPrincipals.OWNER, "POST", path + ":attack", "")
                .body();
        String id = asked.replaceFirst(".*\"id\":\"([0-9a-f]{32})\".*", "$1");
        assertThat(bench.control
                        .withToken(TestPrincipals.OWNER, "POST", path + ":attack", "")
                        .body())
                .as("one at a time")
                .isEqualTo(asked);
        NodeAttacks attacks = bench.control.bean(NodeAttacks.class);
        assertThat(attacks.asked(bench.node)).isEqualTo(id);
        assertThat(attacks.asked(bench.otherNode)).isNull();

        String finish = "/internal/v1/attacks/" + id + ":finish";
        assertThat(attacks.report(bench.otherNode, id, new AttackReport(List.of())))
                .as("another node")
                .isFalse();
        assertThat(bench.control.post("node-default-node-1", finish, report).statusCode())
                .isEqualTo(200);
        assertThat(bench.control.post("node-default-node-1", finish, report).statusCode())
                .as("again")
                .isEqualTo(404);

        assertThat(attacks.asked(bench.node)).isNull();
        assertThat(stated(AuditEvent.NODE_ATTACKED)).as("once").singleElement().satisfies(audit -> {
            assertThat(audit.actor()).isEqualTo("person:owner");
            assertThat(audit.attributes())
                    .containsEntry("node", bench.node.toString())
                    .containsEntry("tried", "1")
                    .containsEntry("broken", "1")
                    .containsEntry("broken_promises", "C processes are bounded");
        });
        assertThat(bench.control
                        .withToken(TestPrincipals.OWNER, "GET", path + "/attack", null)
                        .body())
                .contains(line, "answered_at");
        assertThat(bench.control
                        .withToken(TestPrincipals.OWNER, "POST", path + ":attack", "")
                        .body())
                .as("a new one")
                .doesNotContain(id);
    }

    @Test
    void aDrainedNodeEndsWhatItHasAndTakesNoMoreUntilItMay() throws Exception {
        seen(bench.otherNode);
        bench.permitted();
        Claim running = bench.claim(bench.otherNode, C).orElseThrow();
        String node = "/v1/nodes/default/node-2";

        assertThat(bench.control
                        .withToken(TestPrincipals.ADMIN, "POST", node + ":drain", "")
                        .statusCode())
                .isEqualTo(403);
        assertThat(bench.control
                        .withToken(TestPrincipals.OWNER, "POST", "/v1/nodes/default/no-such:drain", "")
                        .statusCode())
                .isEqualTo(404);
        bench.permitted();
        for (int twice = 0; twice < 2; twice++) {
            HttpResponse<String> drained = bench.control.withToken(TestPrincipals.OWNER, "POST", node + ":drain", "");
            assertThat(drained.statusCode()).isEqualTo(200);
            assertThat(drained.body()).contains("\"draining\":true", "drained_by");
        }

        assertThat(bench.claim(bench.otherNode, C)).isEmpty();
        assertThat(bench.control
                        .withToken(TestPrincipals.OWNER, "GET", "/v1/nodes", "")
                        .body())
                .contains("\"draining\":true");
        assertThat(running.fence()).as("it goes on").isPositive();

        assertThat(bench.control
                        .withToken(TestPrincipals.OWNER, "POST", node + ":undrain", "")
                        .body())
                .contains("\"draining\":false");
        assertThat(bench.claim(bench.otherNode, C)).isPresent();
        assertThat(stated(AuditEvent.NODE_DRAINED))
                .as("each change is stated once")
                .hasSize(1);
        assertThat(stated(AuditEvent.NODE_UNDRAINED)).hasSize(1);
    }

    @Test
    void aCallWhosePermitIsNotValidAnyMoreEndsAtOnceWithThatReason() throws Exception {
        ProposedCall call = bench.permitted();
        StatementRecord forged = call.record(
                Forger.with(TestFleet.shared().identity("approval-service"))
                        .sign(Statement.of(call.proposal.subject(), call.permit(terms -> {}))),
                call.args);
        bench.jdbc()
                .sql("update execution set permit_record = :record where proposal_id = :id")
                .param("record", forged.encode())
                .param("id", call.id)
                .update();

        assertThat(bench.claim(bench.node, C)).isEmpty();

        assertThat(bench.control.phase(call.id)).contains("stopped");
        List<StatementRecord> said = bench.control.published(call.id);
        assertThat(said).hasSize(1);
        assertThat(bench.verify(StatementType.AUDIT, said.getFirst()).predicate(Audit.class))
                .satisfies(audit -> {
                    assertThat(audit.event()).isEqualTo(AuditEvent.EXECUTION_STOPPED);
                    assertThat(audit.attributes()).containsEntry("reason", "PERMIT_NOT_VALID");
                });
    }

    private static ClaimRequest.Held held(Long... fences) {
        return new ClaimRequest.Held(JOURNAL, List.of(fences));
    }

    private String subject(Optional<Claim> claim) throws Exception {
        return bench.started(claim.orElseThrow()).statement().subject().name();
    }

    private ProposedCall of(ProposedCall call, String principal) {
        bench.jdbc()
                .sql("update execution set principal = :principal where proposal_id = :id")
                .param("principal", principal)
                .param("id", call.id)
                .update();
        return call;
    }

    /** What control has said of nodes with that event. */
    private List<Audit> stated(AuditEvent event) throws Exception {
        List<Audit> stated = new ArrayList<>();
        for (byte[] record : bench.jdbc()
                .sql("select record from kit_outbox where subject like 'node:%'")
                .query((rs, _) -> rs.getBytes("record"))
                .list()) {
            Audit audit = (Audit) bench.control
                    .bean(StatementVerifier.class)
                    .verify(StatementType.AUDIT, record)
                    .statement()
                    .predicate();
            if (audit.event() == event) {
                stated.add(audit);
            }
        }
        return stated;
    }

    private void set(ProposedCall call, String what) {
        bench.jdbc()
                .sql("update execution set " + what + " where proposal_id = :id")
                .param("id", call.id)
                .update();
    }

    private void finished(ProposedCall call) {
        set(call, "phase = 'finished', outcome = 'SUCCEEDED'");
    }

    private void seen(dev.sallyport.statements.trust.SpiffeId node) {
        bench.control.bean(NodeRegistry.class).seen(node, new ClaimRequest(C, 3, 1, 0, null, null, Map.of()));
    }

    private void away(String howLong) {
        bench.jdbc()
                .sql("update node set last_seen = now() - cast(:long as interval)")
                .param("long", howLong)
                .update();
    }
}
