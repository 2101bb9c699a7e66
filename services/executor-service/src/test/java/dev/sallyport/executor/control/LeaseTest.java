package dev.sallyport.executor.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.claim.NodeOffer;
import dev.sallyport.executor.claim.Renewed;
import dev.sallyport.executor.fleet.Offers;
import dev.sallyport.executor.fleet.ProposedCall;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** A lease that is renewed holds; one that is lost ends in exactly one result, and what comes late changes nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeaseTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final NodeOffer C = Offers.proven(List.of(Tier.C));

    private ControlBench bench;

    @BeforeAll
    void start() {
        bench = new ControlBench(
                Map.of("sallyport.executor.control.lease", "3s", "sallyport.executor.control.sweep-after", "0s"));
    }

    @AfterAll
    void stop() {
        bench.close();
    }

    @Test
    void lostLeaseBecomesIndeterminateAndTheLateResultIsEvidenceOnce() throws Exception {
        ProposedCall call = bench.permitted();
        Claim claim = bench.claim(bench.node, C).orElseThrow();

        await().atMost(SOON).until(() -> bench.control.phase(call.id).equals(Optional.of("finished")));

        VerifiedRecord lost = bench.verify(
                StatementType.TOOL_EXECUTED, bench.control.published(call.id).get(1));
        assertThat(lost.predicate(ToolExecuted.class).outcome()).isEqualTo(CallOutcome.INDETERMINATE);
        assertThat(lost.predicate(ToolExecuted.class).issued().by().isService("executor-service"))
                .isTrue();
        assertThat(bench.executions.renew(call.id, bench.node, claim.fence())).isInstanceOf(Renewed.Lost.class);

        byte[] late = bench.result(claim, "node-default-node-1");
        assertThat(bench.executions.finish(call.id, bench.node, claim.fence(), late))
                .isFalse();

        List<StatementRecord> all = bench.control.published(call.id);
        assertThat(all).hasSize(4);
        assertThat(all.get(2).encode())
                .as("what the node says, as it signed it")
                .isEqualTo(late);
        assertThat(bench.verify(StatementType.AUDIT, all.get(3)).predicate(Audit.class))
                .satisfies(audit -> {
                    assertThat(audit.event()).isEqualTo(AuditEvent.LATE_RESULT);
                    assertThat(audit.links())
                            .extracting(Link::digest)
                            .containsExactly(all.get(2).digest());
                });

        assertThat(bench.executions.finish(call.id, bench.node, claim.fence(), late))
                .as("sent again")
                .isFalse();
        assertThat(bench.executions.finish(
                        call.id, bench.node, claim.fence(), bench.result(claim, "node-default-node-1")))
                .as("another one")
                .isFalse();
        assertThat(bench.control.published(call.id)).hasSize(4);
        assertThat(bench.control.phase(call.id)).contains("finished");
    }

    @Test
    void aLostLeaseThatCannotBeEndedHoldsUpNoOther() throws Exception {
        ProposedCall broken = bench.permitted();
        assertThat(bench.claim(bench.node, C)).isPresent();
        bench.control
                .bean(JdbcClient.class)
                .sql("update execution set started_record = '\\x00', permit_record = '\\x00' where proposal_id = :id")
                .param("id", broken.id)
                .update();
        ProposedCall next = bench.permitted();
        assertThat(bench.claim(bench.node, C)).isPresent();

        await().atMost(SOON).until(() -> bench.control.phase(next.id).equals(Optional.of("finished")));
        assertThat(bench.control.phase(broken.id)).contains("running");
    }

    @Test
    void renewedLeaseHoldsAndTheResultIsPublishedOnce() throws Exception {
        ProposedCall call = bench.permitted();
        Claim claim = bench.claim(bench.node, C).orElseThrow();
        Instant end = Instant.now().plusSeconds(6);
        await().atMost(SOON).pollInterval(Duration.ofMillis(300)).until(() -> {
            assertThat(bench.executions.renew(call.id, bench.node, claim.fence()))
                    .isInstanceOf(Renewed.Held.class);
            return Instant.now().isAfter(end);
        });
        byte[] result = bench.result(claim, "node-default-node-1");

        assertThat(bench.executions.finish(call.id, bench.node, claim.fence(), result))
                .isTrue();
        assertThat(bench.executions.finish(call.id, bench.node, claim.fence(), result))
                .as("a repeat")
                .isTrue();

        assertThat(bench.control.published(call.id)).hasSize(2);
        assertThat(bench.control.published(call.id).get(1).encode()).isEqualTo(result);
    }

    /** A node that got no answer sends its result again while the first request is still being worked on. */
    @Test
    void aResultThatComesTwiceAtOnceIsNotLate() throws Exception {
        ProposedCall call = bench.permitted();
        Claim claim = bench.claim(bench.node, C).orElseThrow();
        byte[] result = bench.result(claim, "node-default-node-1");
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<Boolean> second = bench.control
                    .bean(TransactionTemplate.class)
                    .execute(_ -> {
                        assertThat(bench.executions.finish(call.id, bench.node, claim.fence(), result))
                                .isTrue();
                        Future<Boolean> again = threads.submit(
                                () -> bench.executions.finish(call.id, bench.node, claim.fence(), result));
                        await().atMost(SOON)
                                .until(() -> bench.jdbc()
                                                .sql("select count(*) from pg_locks where not granted")
                                                .query(Long.class)
                                                .single()
                                        > 0);
                        return again;
                    });
            assertThat(second.get()).as("it took effect").isTrue();
        }
        assertThat(bench.control.published(call.id))
                .as("its start and its result, and nothing that calls it late")
                .hasSize(2);
    }
}
