package dev.sallyport.executor.control;

import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.claim.ClaimRequest;
import dev.sallyport.executor.claim.NodeOffer;
import dev.sallyport.executor.fleet.ProposedCall;
import dev.sallyport.executor.fleet.RunningExecutor;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.StatementSigner;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.testkit.Forger;
import dev.sallyport.testkit.TestFleet;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Control with what a test says to it in place of policy-service and of nodes. */
final class ControlBench implements AutoCloseable {
    final RunningExecutor control;
    final Executions executions;
    final SpiffeId node;
    final SpiffeId otherNode;

    ControlBench(Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(Map.of("sallyport.executor.control.node-capacity", "1000"));
        all.putAll(properties);
        control = RunningExecutor.control(all);
        executions = control.bean(Executions.class);
        String domain = TestFleet.shared().trust().trustDomain();
        node = SpiffeId.executor(domain, "default", "node-1");
        otherNode = SpiffeId.executor(domain, "default", "node-2");
    }

    /** Stops whatever an earlier test left to be claimed. */
    void clear() {
        jdbc().sql("update execution set phase = 'stopped' where phase = 'permitted'")
                .update();
    }

    JdbcClient jdbc() {
        return control.bean(JdbcClient.class);
    }

    ProposedCall permitted() throws StatementRefusedException {
        ProposedCall call = new ProposedCall("echo", "{\"text\":\"x\"}");
        permit(call.permitted());
        return call;
    }

    /** A call that sees the workspace of that session; of one of its own for null. */
    ProposedCall permittedFile(@Nullable String session) throws StatementRefusedException {
        ProposedCall call = new ProposedCall(
                "fs.read",
                "{\"path\":\"a\"}",
                Decision.Outcome.ALLOW,
                session == null ? "session-" + UUID.randomUUID() : session);
        permit(call.permitted());
        return call;
    }

    Optional<Claim> claim(SpiffeId self, NodeOffer offer) {
        return claim(self, offer, 1000, null);
    }

    Optional<Claim> claim(SpiffeId self, NodeOffer offer, int capacity, ClaimRequest.@Nullable Held held) {
        return claims(self, offer, capacity, 1, held).stream().findFirst();
    }

    List<Claim> claims(SpiffeId self, NodeOffer offer, int capacity, int most, ClaimRequest.@Nullable Held held) {
        return claims(self, new ClaimRequest(offer, capacity, most, 0, null, held, Map.of()));
    }

    List<Claim> claims(SpiffeId self, ClaimRequest request) {
        return executions.claim(self, request);
    }

    void permit(StatementRecord record) throws StatementRefusedException {
        executions.permit(verify(StatementType.EXECUTION_PERMIT, record));
    }

    VerifiedRecord verify(StatementType type, StatementRecord record) throws StatementRefusedException {
        return control.bean(StatementVerifier.class).verify(type, record.encode());
    }

    VerifiedRecord started(Claim claim) throws StatementRefusedException {
        return control.bean(StatementVerifier.class)
                .verify(StatementType.AUDIT, Base64.getDecoder().decode(claim.startedRecord()));
    }

    byte[] storedPermit(ProposedCall call) {
        return jdbc().sql("select permit_record from execution where proposal_id = :id")
                .param("id", call.id)
                .query(byte[].class)
                .single();
    }

    byte[] result(Claim claim, String identity) throws StatementRefusedException {
        StatementSigner signer = ProposedCall.signer(identity);
        VerifiedRecord started = started(claim);
        SignedStatement signed = signer.sign(Statement.of(started.statement().subject(), executed(started, signer)));
        return new StatementRecord(signed, evidence(started), List.of()).encode();
    }

    /** Signed with control's own key, as if control could speak for the node. */
    byte[] forgedResult(Claim claim) throws StatementRefusedException {
        VerifiedRecord started = started(claim);
        SignedStatement signed = Forger.with(TestFleet.shared().identity("executor-service"))
                .sign(Statement.of(
                        started.statement().subject(), executed(started, ProposedCall.signer("executor-service"))));
        return new StatementRecord(signed, evidence(started), List.of()).encode();
    }

    static List<SignedStatement> evidence(VerifiedRecord started) {
        List<SignedStatement> evidence = new ArrayList<>(started.record().evidence());
        evidence.addFirst(started.record().signed());
        return evidence;
    }

    static ToolExecuted executed(VerifiedRecord started, StatementSigner signer) {
        Link permit = started.statement().predicate().links().getFirst();
        return new ToolExecuted(
                ProposedCall.issuance(signer),
                List.of(permit, Link.to(StatementType.AUDIT, started.digest())),
                CallOutcome.REFUSED,
                "NODE_FAILED",
                null,
                null,
                null,
                started.linked(ExecutionPermit.class).orElseThrow().argsDigest(),
                null,
                null,
                List.of(),
                null,
                null,
                ProposedCall.issuance(signer).at(),
                null);
    }

    @Override
    public void close() {
        control.close();
    }
}
