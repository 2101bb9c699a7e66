package dev.sallyport.executor.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.claim.NodeOffer;
import dev.sallyport.executor.claim.Renewed;
import dev.sallyport.executor.claim.StopReason;
import dev.sallyport.executor.fleet.Offers;
import dev.sallyport.executor.fleet.ProposedCall;
import dev.sallyport.executor.fleet.TestPrincipals;
import dev.sallyport.servicekit.freeze.Freezes;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicetest.EndpointDocument;
import dev.sallyport.servicetest.api.ApiDocument;
import dev.sallyport.statements.Freeze;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.StatementSigner;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.Tier;
import dev.sallyport.testkit.Forger;
import dev.sallyport.testkit.TestFleet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** One row is the only arbiter between a claim and a stop; leases end in exactly one result. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArbiterTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final NodeOffer C = Offers.proven(List.of(Tier.C));

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
        bench.clear();
    }

    @Test
    void claimAndStopNeverBothWin() throws Exception {
        int claimed = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 60; round++) {
                ProposedCall call = bench.permitted();
                CyclicBarrier together = new CyclicBarrier(2);
                Future<Optional<Claim>> claim = threads.submit(() -> {
                    together.await();
                    return bench.claim(bench.node, C);
                });
                Future<StopResult> stop = threads.submit(() -> {
                    together.await();
                    return bench.executions.stop(call.id, "CANCELLED");
                });
                assertThat(claim.get().isPresent()).isEqualTo(stop.get() == StopResult.ALREADY_STARTED);
                claimed += claim.get().isPresent() ? 1 : 0;
                assertThat(bench.claim(bench.otherNode, C)).isEmpty();
            }
        }
        System.out.println("claims that beat the stop: " + claimed + " of 60");
    }

    @Test
    void twoNodesNeverClaimTheSameCall() throws Exception {
        Set<String> expected = new HashSet<>();
        for (int index = 0; index < 30; index++) {
            expected.add(bench.permitted().id);
        }
        List<String> won = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Future<List<String>>> futures = new ArrayList<>();
            for (int thread = 0; thread < 6; thread++) {
                SpiffeId self = thread % 2 == 0 ? bench.node : bench.otherNode;
                futures.add(threads.submit(() -> {
                    List<String> mine = new ArrayList<>();
                    for (Optional<Claim> claim = bench.claim(self, C);
                            claim.isPresent();
                            claim = bench.claim(self, C)) {
                        mine.add(
                                bench.started(claim.get()).statement().subject().name());
                    }
                    return mine;
                }));
            }
            for (Future<List<String>> future : futures) {
                won.addAll(future.get());
            }
        }
        assertThat(won).doesNotHaveDuplicates();
        assertThat(won)
                .containsAll(expected.stream().map(id -> "proposal:" + id).toList());
    }

    @Test
    void twoNodesNeverShareASessionWhateverItsFirstCallsAre() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 40; round++) {
                for (int call = 0; call < 2; call++) {
                    bench.permittedFile("shared-" + round);
                }
                CyclicBarrier together = new CyclicBarrier(2);
                List<Future<Optional<Claim>>> first = new ArrayList<>();
                for (SpiffeId node : List.of(bench.node, bench.otherNode)) {
                    first.add(threads.submit(() -> {
                        together.await();
                        return bench.claim(node, C);
                    }));
                }
                boolean mine = first.getFirst().get().isPresent();
                assertThat(first.getLast().get().isPresent()).isNotEqualTo(mine);
                assertThat(bench.claim(mine ? bench.otherNode : bench.node, C)).isEmpty();
                assertThat(bench.claim(mine ? bench.node : bench.otherNode, C)).isPresent();
            }
        }
    }

    @Test
    void claimStatesTheStartInTheSameTransaction() throws Exception {
        ProposedCall call = bench.permitted();

        Claim claim = bench.claim(bench.node, C).orElseThrow();

        Audit started = bench.started(claim).predicate(Audit.class);
        assertThat(started.event()).isEqualTo(AuditEvent.EXECUTION_STARTED);
        assertThat(started.started()).isNotNull().satisfies(terms -> {
            assertThat(terms.node()).isEqualTo(bench.node.toString());
            assertThat(terms.fence()).isEqualTo(claim.fence());
        });
        assertThat(bench.control.published(call.id)).hasSize(1);
        assertThat(Base64.getDecoder().decode(claim.permitRecord())).isEqualTo(bench.storedPermit(call));
    }

    @Test
    void resultOfAnotherNodeOrFenceOrCallIsRefused() throws Exception {
        ProposedCall call = bench.permitted();
        Claim claim = bench.claim(bench.node, C).orElseThrow();
        bench.permitted();
        Claim other = bench.claim(bench.node, C).orElseThrow();
        byte[] good = bench.result(claim, "node-default-node-1");

        assertThatThrownBy(() -> bench.executions.finish(call.id, bench.otherNode, claim.fence(), good))
                .isInstanceOf(ResultRefusedException.class);
        assertThatThrownBy(() -> bench.executions.finish(
                        call.id, bench.node, claim.fence(), bench.result(other, "node-default-node-1")))
                .isInstanceOf(ResultRefusedException.class);
        assertThatThrownBy(() -> bench.executions.finish(call.id, bench.node, claim.fence(), bench.forgedResult(claim)))
                .isInstanceOf(ResultRefusedException.class);
        byte[] altered = good.clone();
        altered[altered.length / 2] ^= 1;
        assertThatThrownBy(() -> bench.executions.finish(call.id, bench.node, claim.fence(), altered))
                .isInstanceOf(ResultRefusedException.class);
        assertThat(bench.control.phase(call.id)).contains("running");
        assertThat(bench.executions.finish(call.id, bench.node, claim.fence(), good))
                .as("control")
                .isTrue();
    }

    @Test
    void stopBeforeThePermitIsSeenCannotBeRevived() throws Exception {
        ProposedCall call = new ProposedCall("echo", "{\"text\":\"x\"}");

        assertThat(bench.executions.stop(call.id, "CANCELLED")).isEqualTo(StopResult.STOPPED);
        bench.permit(call.permitted());
        bench.permit(call.permitted(terms -> terms.cut = 5));

        assertThat(bench.claim(bench.node, C)).isEmpty();
        assertThat(bench.control.phase(call.id)).contains("stopped");
        assertThat(bench.executions.stop(call.id, "CANCELLED")).as("again").isEqualTo(StopResult.STOPPED);
    }

    @Test
    void highestCutIsKeptAndAnExpiredOneIsNotClaimed() throws Exception {
        ProposedCall call = new ProposedCall("echo", "{\"text\":\"x\"}");
        StatementRecord second = call.permitted(terms -> terms.cut = 2);
        bench.permit(call.permitted(terms -> terms.notAfter = terms.notAfter.minusSeconds(60)));
        assertThat(bench.claim(bench.node, C)).as("expired").isEmpty();

        bench.permit(second);
        bench.permit(call.permitted());

        Claim claim = bench.claim(bench.node, C).orElseThrow();
        assertThat(Base64.getDecoder().decode(claim.permitRecord())).isEqualTo(second.encode());
    }

    @Test
    void callIsOnlyForItsPoolAndForNodesThatHaveProvenItsTier() throws Exception {
        ProposedCall elsewhere = new ProposedCall("echo", "{\"text\":\"x\"}");
        bench.permit(elsewhere.permitted(terms -> terms.pool = "other"));
        ProposedCall strong = new ProposedCall("echo", "{\"text\":\"x\"}");
        bench.permit(strong.permitted(terms -> terms.tier = Tier.C));

        assertThat(bench.claim(bench.node, Offers.proven(List.of(Tier.B)))).isEmpty();
        assertThat(bench.claim(bench.node, NodeOffer.NOTHING)).isEmpty();
        assertThat(bench.started(bench.claim(bench.node, C).orElseThrow())
                        .statement()
                        .subject()
                        .name())
                .isEqualTo("proposal:" + strong.id);
        assertThat(bench.claim(bench.node, C)).isEmpty();
        SpiffeId theirs = SpiffeId.executor(TestFleet.shared().trust().trustDomain(), "other", "n");
        assertThat(bench.claim(theirs, C)).isPresent();
    }

    @Test
    void sessionStaysWithTheNodeThatHoldsItsWorkspace() throws Exception {
        ProposedCall first = bench.permittedFile(null);
        assertThat(bench.claim(bench.node, C)).isPresent();
        ProposedCall second = bench.permittedFile(first.proposal.session());

        assertThat(bench.claim(bench.otherNode, C)).isEmpty();
        assertThat(bench.claim(bench.node, C)).isPresent();

        ProposedCall third =
                new ProposedCall("echo", "{\"text\":\"x\"}", Decision.Outcome.ALLOW, second.proposal.session());
        bench.permit(third.permitted());
        assertThat(bench.claim(bench.otherNode, C))
                .as("a call that cannot see the workspace goes anywhere")
                .isPresent();
    }

    @Test
    void freezeStopsClaimsAndTellsRunningNodes() throws Exception {
        Freezes freezes = bench.control.bean(Freezes.class);
        Freeze workspace = new Freeze(Freeze.Scope.WORKSPACE, ProposedCall.WORKSPACE, "");
        ProposedCall running = bench.permitted();
        Claim claim = bench.claim(bench.node, C).orElseThrow();
        ProposedCall waiting = bench.permitted();

        freezes.freeze(workspace, "test", "device:owner");
        try {
            assertThat(bench.claim(bench.node, C)).isEmpty();
            assertThat(bench.executions.renew(running.id, bench.node, claim.fence()))
                    .isInstanceOfSatisfying(
                            Renewed.Stop.class,
                            stop -> assertThat(stop.reason()).isEqualTo(StopReason.FROZEN));
        } finally {
            freezes.unfreeze(workspace, "", "device:owner");
        }
        assertThat(bench.started(bench.claim(bench.node, C).orElseThrow())
                        .statement()
                        .subject()
                        .name())
                .as("control")
                .isEqualTo("proposal:" + waiting.id);
    }

    @Test
    void freezeOfPolicyServiceIsAppliedFromKafka() {
        StatementSigner policy = ProposedCall.signer("policy-service");
        for (AuditEvent event : List.of(AuditEvent.FROZEN, AuditEvent.UNFROZEN)) {
            SignedStatement signed = policy.sign(Statement.of(
                    Subject.named("freeze:principal:w:agent:x"),
                    Audit.of(
                            ProposedCall.issuance(policy),
                            event,
                            "person:owner",
                            List.of(),
                            Map.of("scope", "principal", "workspace_id", ProposedCall.WORKSPACE, "id", "agent:x"))));
            bench.control.send(StatementType.AUDIT, "key", new StatementRecord(signed, List.of(), List.of()).encode());
            Freeze freeze = new Freeze(Freeze.Scope.PRINCIPAL, ProposedCall.WORKSPACE, "agent:x");
            await().atMost(SOON).until(() -> isFrozen(freeze) == (event == AuditEvent.FROZEN));
        }
    }

    @Test
    void aFreezeThatArrivesAfterItsEndIsWithoutEffect() {
        Freezes freezes = bench.control.bean(Freezes.class);
        Freeze freeze = new Freeze(Freeze.Scope.PRINCIPAL, ProposedCall.WORKSPACE, "agent:late");
        Map<String, String> attributes =
                Map.of("scope", "principal", "workspace_id", ProposedCall.WORKSPACE, "id", "agent:late");
        Instant now =
                ProposedCall.issuance(ProposedCall.signer("policy-service")).at();
        freezes.learn(freezing(AuditEvent.UNFROZEN, attributes, now));
        freezes.learn(freezing(AuditEvent.FROZEN, attributes, now.minusSeconds(1)));
        assertThat(isFrozen(freeze)).isFalse();

        freezes.learn(freezing(AuditEvent.FROZEN, attributes, now.plusSeconds(2)));
        freezes.learn(freezing(AuditEvent.UNFROZEN, attributes, now.plusSeconds(1)));
        assertThat(isFrozen(freeze)).isTrue();

        freezes.learn(freezing(AuditEvent.UNFROZEN, attributes, now.plusSeconds(3)));
        assertThat(isFrozen(freeze)).isFalse();
    }

    private boolean isFrozen(Freeze freeze) {
        return bench
                .control
                .bean(Freezes.class)
                .list(null, null, new PageRequest(PageRequest.MAX_LIMIT, null))
                .items()
                .stream()
                .anyMatch(row -> new Freeze(row.scope(), row.workspaceId(), row.id()).equals(freeze));
    }

    private static Audit freezing(AuditEvent event, Map<String, String> attributes, Instant at) {
        Issuance now = ProposedCall.issuance(ProposedCall.signer("policy-service"));
        return Audit.of(
                new Issuance(now.fleetId(), now.workspaceId(), now.by(), at, null),
                event,
                "person:owner",
                List.of(),
                attributes);
    }

    @Test
    void forgedPermitIsNeverStoredAndAGenuineOneIs() throws Exception {
        ProposedCall forged = new ProposedCall("echo", "{\"text\":\"forged\"}");
        SignedStatement byAnother = Forger.with(TestFleet.shared().identity("approval-service"))
                .sign(Statement.of(forged.proposal.subject(), forged.permit(terms -> {})));
        ProposedCall wider = new ProposedCall("echo", "{\"text\":\"wider\"}");
        ProposedCall denied = new ProposedCall("echo", "{\"text\":\"denied\"}", Decision.Outcome.DENY);
        ProposedCall unapproved =
                new ProposedCall("echo", "{\"text\":\"unapproved\"}", Decision.Outcome.APPROVAL_REQUIRED);
        ProposedCall genuine = new ProposedCall("echo", "{\"text\":\"genuine\"}");

        bench.control.permit(forged.record(byAnother, forged.args));
        bench.control.permit(wider.permitted(terms -> terms.hosts = List.of("example.org")));
        bench.control.permit(denied.permitted());
        bench.control.permit(unapproved.permitted());
        byte[] altered = genuine.permitted().encode();
        altered[200] ^= 1;
        bench.control.send(StatementType.EXECUTION_PERMIT, "key", altered);
        bench.control.permit(genuine.permitted());

        // One key, hence one partition: what was sent before has been looked at.
        await().atMost(SOON).until(() -> bench.control.phase(genuine.id).equals(Optional.of("permitted")));
        for (ProposedCall call : List.of(forged, wider, denied, unapproved)) {
            assertThat(bench.control.phase(call.id)).isEmpty();
        }
        bench.executions.stop(genuine.id, "CANCELLED");
    }

    @Test
    void endedCallIsForgottenAfterAWeekAndARunningOneNever() throws Exception {
        ProposedCall ended = bench.permitted();
        bench.executions.stop(ended.id, "CANCELLED");
        ProposedCall recent = bench.permitted();
        bench.executions.stop(recent.id, "CANCELLED");
        ProposedCall running = bench.permitted();
        assertThat(bench.claim(bench.node, C)).isPresent();
        bench.jdbc()
                .sql("update execution set ended_at = now() - interval '8 days' where proposal_id = :id")
                .param("id", ended.id)
                .update();
        bench.jdbc()
                .sql("update execution set not_after = now() - interval '8 days' where proposal_id = :id")
                .param("id", running.id)
                .update();

        assertThat(bench.control.bean(ExecutionTable.class).forget()).isPositive();

        assertThat(bench.control.phase(ended.id)).isEmpty();
        assertThat(bench.control.phase(recent.id)).contains("stopped");
        assertThat(bench.control.phase(running.id)).contains("running");
    }

    @Test
    void theInterfaceIsDocumented() {
        ApiDocument.verify(bench.control);
    }

    @Test
    void everyEndpointSaysWhomItAdmits() throws Exception {
        EndpointDocument.verify(bench.control.context(), "executor-service, role control");
        String claim =
                "{\"offer\":{\"runtimes\":[{\"kind\":\"builtin\",\"tiers\":[\"C\"]}]},\"capacity\":1,\"most\":1,\"wait_ms\":0}";

        assertThat(bench.control
                        .post("node-default-node-1", "/internal/v1/claims:take", claim)
                        .statusCode())
                .as("control")
                .isEqualTo(200);
        assertThat(bench.control
                        .post("policy-service", "/internal/v1/claims:take", claim)
                        .statusCode())
                .isEqualTo(403);
        assertThat(bench.control
                        .post("owner", "/internal/v1/claims:take", claim)
                        .statusCode())
                .isEqualTo(403);
        String stop = "/internal/v1/executions/01JD9999999999999999999999:stop";
        assertThat(bench.control
                        .post("policy-service", stop, "{\"reason\":\"x\"}")
                        .body())
                .isEqualTo("{\"result\":\"stopped\"}");
        assertThat(bench.control
                        .post("node-default-node-1", stop, "{\"reason\":\"x\"}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(bench.control.post("policy-service", stop, "{}").statusCode())
                .isEqualTo(400);
        assertThat(bench.control
                        .post("policy-service", stop.replace("9999", "ilou"), "{\"reason\":\"x\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(bench.control
                        .post("owner", "/v1/freeze", "{\"scope\":\"session\",\"id\":\"x\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void anAdminFreezesItsOwnWorkspaceAndSeesNoOther() throws Exception {
        String fleet = "{\"scope\":\"fleet\"}";
        String principal = "{\"scope\":\"principal\",\"id\":\"agent:hidden\"}";
        try {
            for (String path : new String[] {"/v1/freeze", "/v1/unfreeze"}) {
                assertThat(bench.control
                                .withToken(TestPrincipals.ADMIN, "POST", path, fleet)
                                .statusCode())
                        .as(path)
                        .isEqualTo(403);
                assertThat(bench.control
                                .withToken(TestPrincipals.OWNER, "POST", path, "{}")
                                .statusCode())
                        .as("without a scope")
                        .isEqualTo(400);
            }
            assertThat(bench.control
                            .withToken(TestPrincipals.OTHER_ADMIN, "POST", "/v1/freeze", principal)
                            .body())
                    .contains("agent:hidden");
            assertThat(bench.control
                            .withToken(TestPrincipals.ADMIN, "GET", "/v1/freeze", "")
                            .body())
                    .doesNotContain("agent:hidden");
            assertThat(bench.control
                            .withToken(TestPrincipals.OTHER_ADMIN, "GET", "/v1/freeze", "")
                            .body())
                    .contains("agent:hidden");
            assertThat(bench.control
                            .withToken(TestPrincipals.OWNER, "POST", "/v1/freeze", fleet)
                            .statusCode())
                    .as("control: an owner operates the fleet's trust")
                    .isEqualTo(200);
        } finally {
            bench.control.withToken(TestPrincipals.OWNER, "POST", "/v1/unfreeze", fleet);
            bench.control.withToken(TestPrincipals.OTHER_ADMIN, "POST", "/v1/unfreeze", principal);
        }
    }
}
