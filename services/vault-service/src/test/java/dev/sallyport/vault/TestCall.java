package dev.sallyport.vault;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.EgressEnforcementMode;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RequiredRuntime;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.Tier;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.statements.verify.StatementSigner;
import dev.sallyport.testkit.TestFleet;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A call that policy-service has permitted and control has let a node start; each part can be made wrong. */
final class TestCall {
    static final TrustRoots TRUST = TestFleet.shared().trust();
    static final String NODE = "spiffe://" + TRUST.trustDomain() + "/executor/default/node-1";

    private static final Digest SOME = Digest.of(new byte[] {1});

    String workspace = TestAccess.WORKSPACE;
    String node = NODE;
    String pool = "default";
    String permitSigner = "policy-service";
    String startedSigner = "executor-service";
    AuditEvent event = AuditEvent.EXECUTION_STARTED;
    Duration redeemWithin = Duration.ofSeconds(60);
    Duration claimedAfter = Duration.ZERO;
    final String proposalId = new Ulids(Clock.systemUTC()).next();
    private final SecretGrant grant;

    TestCall(SecretGrant grant) {
        this.grant = grant;
    }

    /** Base64 of the record of "started", its evidence inside, as a claim answers it. */
    String startedRecord() {
        return Base64.getEncoder().encodeToString(record().encode());
    }

    StatementRecord record() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Detail args = Detail.of("{}".getBytes(StandardCharsets.UTF_8));
        Proposal proposal = new Proposal(
                1,
                TRUST.fleetId(),
                workspace,
                proposalId,
                "agent:demo",
                List.of("person:owner"),
                null,
                "api",
                "s",
                "r",
                "process.run",
                "1",
                SOME,
                null,
                args.digest(),
                List.of(grant.reference()),
                List.of(),
                now);
        StatementSigner policy = signer("policy-service");
        SignedStatement proposed = sign(
                policy,
                proposal,
                new ToolProposed(
                        by(policy, now),
                        List.of(),
                        proposal,
                        args.ref(),
                        List.of("process_exec"),
                        true,
                        new Decision(
                                Decision.Outcome.ALLOW, "ALLOWED", List.of(new RuleRef("r", SOME)), SOME, SOME, null)));
        StatementSigner permitting = signer(permitSigner);
        SignedStatement permit = sign(
                permitting,
                proposal,
                new ExecutionPermit(
                        by(permitting, now),
                        List.of(Link.to(StatementType.TOOL_PROPOSED, proposed.digest())),
                        args.digest(),
                        "process.run",
                        "1",
                        SOME,
                        RequiredRuntime.process("true"),
                        Tier.C,
                        new Egress(EgressEnforcementMode.STRICT, List.of()),
                        new Limits(1000, 1000, 1 << 20, 1024, 8, 64, 1024, 4096),
                        List.of(grant),
                        pool,
                        SOME,
                        List.of(),
                        1,
                        now.plusSeconds(30),
                        now.plusSeconds(600)));
        StatementSigner control = signer(startedSigner);
        Audit audit = event == AuditEvent.EXECUTION_STARTED
                ? new Audit(
                        by(control, now),
                        List.of(Link.to(StatementType.EXECUTION_PERMIT, permit.digest())),
                        event,
                        null,
                        new Audit.Started(node, 1, now.plus(claimedAfter), now.plus(redeemWithin)),
                        null,
                        List.of(),
                        Map.of())
                : Audit.of(
                        by(control, now),
                        event,
                        null,
                        List.of(Link.to(StatementType.EXECUTION_PERMIT, permit.digest())),
                        Map.of());
        return new StatementRecord(sign(control, proposal, audit), List.of(permit, proposed), List.of());
    }

    private static SignedStatement sign(StatementSigner signer, Proposal proposal, Predicate predicate) {
        return signer.sign(Statement.of(proposal.subject(), predicate));
    }

    private Issuance by(StatementSigner signer, Instant now) {
        return new Issuance(TRUST.fleetId(), workspace, signer.id(), now, null);
    }

    private static StatementSigner signer(String identity) {
        Credential signing = IdentityDirectory.load(TestFleet.shared().identity(identity), Instant.now())
                .signing()
                .orElseThrow();
        return new StatementSigner(signing.key(), signing.chain());
    }
}
