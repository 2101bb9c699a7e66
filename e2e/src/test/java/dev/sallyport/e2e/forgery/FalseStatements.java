package dev.sallyport.e2e.forgery;

import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.ApproverRole;
import dev.sallyport.statements.vocabulary.Assurance;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.RequiredRuntime;
import dev.sallyport.statements.vocabulary.Tier;
import dev.sallyport.testkit.Forger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What an attacker would like to have believed about a call that waits for a human: one lie for each topic. */
final class FalseStatements {
    private final StatementRecord proposedRecord;
    private final StatementRecord requestedRecord;
    private final Subject subject;
    private final ToolProposed proposed;
    private final ApprovalRequested requested;

    FalseStatements(StatementRecord proposedRecord, StatementRecord requestedRecord) throws StatementRefusedException {
        this.proposedRecord = proposedRecord;
        this.requestedRecord = requestedRecord;
        Statement statement = Statement.parse(proposedRecord.signed().envelope().payload());
        this.subject = statement.subject();
        this.proposed = (ToolProposed) statement.predicate();
        this.requested = (ApprovalRequested)
                Statement.parse(requestedRecord.signed().envelope().payload()).predicate();
    }

    /**
     * In whose name the lie is, and of when.
     *
     * @param fleetId the fleet that it claims to be of
     */
    record Name(SpiffeId by, String fleetId, Instant at) {
        static Name now(SpiffeId by, String fleetId) {
            return new Name(by, fleetId, Instant.now().truncatedTo(ChronoUnit.MILLIS));
        }
    }

    /** The lie of that type as a record, signed by that key, with all that it would have to rest on. */
    byte[] record(StatementType type, Name name, Forger key) {
        return switch (type) {
            case TOOL_PROPOSED -> encode(key, allowed(name), List.of(), details(proposedRecord));
            case APPROVAL_REQUESTED ->
                encode(key, easier(name), List.of(proposedRecord.signed()), details(requestedRecord));
            case APPROVAL_RESOLVED ->
                encode(key, approved(name), List.of(requestedRecord.signed(), proposedRecord.signed()), List.of());
            case EXECUTION_PERMIT -> encode(key, permit(name), List.of(proposedRecord.signed()), List.of(arguments()));
            case TOOL_EXECUTED -> executed(name, key);
            case AUDIT -> encode(key, ended(name), List.of(proposedRecord.signed()), List.of());
        };
    }

    /** A genuine statement that no record of another call refers to. */
    SignedStatement aboutAnotherCall() {
        return proposedRecord.signed();
    }

    private byte[] encode(Forger key, Predicate predicate, List<SignedStatement> evidence, List<Detail> details) {
        return new StatementRecord(key.sign(Statement.of(subject, predicate)), evidence, details).encode();
    }

    private static List<Detail> details(StatementRecord record) {
        return List.copyOf(record.details().values());
    }

    private Detail arguments() {
        return Objects.requireNonNull(
                proposedRecord.details().get(proposed.args().digest()));
    }

    private Issuance issued(Name name) {
        return new Issuance(name.fleetId(), proposed.issued().workspaceId(), name.by(), name.at(), null);
    }

    private ToolProposed allowed(Name name) {
        Decision decision = proposed.decision();
        return new ToolProposed(
                issued(name),
                List.of(),
                proposed.proposal(),
                proposed.args(),
                proposed.rationale(),
                proposed.capabilities(),
                proposed.sensitive(),
                new Decision(
                        Decision.Outcome.ALLOW,
                        "ALLOWED",
                        decision.rules(),
                        decision.policySet(),
                        decision.requestHash(),
                        decision.explanation()));
    }

    private ApprovalRequested easier(Name name) {
        return new ApprovalRequested(
                issued(name),
                requested.links(),
                requested.approvalId(),
                requested.rules(),
                new Obligations(ApproverRole.OPERATOR, 1, 86_400, Assurance.SESSION, false),
                requested.risk(),
                requested.requester(),
                List.of(),
                requested.prompt(),
                name.at().plusSeconds(86_400),
                requested.options());
    }

    private ApprovalResolved approved(Name name) {
        return new ApprovalResolved(
                issued(name),
                List.of(Link.to(StatementType.APPROVAL_REQUESTED, requestedRecord.digest())),
                requested.approvalId(),
                ApprovalResolved.Answer.APPROVED,
                "APPROVED",
                List.of(new ApprovalResolved.ApproverAnswer(
                        "person:owner",
                        List.of("owner"),
                        "session",
                        "web",
                        ApprovalResolved.Answer.APPROVED,
                        requested.prompt().digest(),
                        null,
                        name.at(),
                        null)),
                ApprovalScope.ONCE,
                name.at());
    }

    private ExecutionPermit permit(Name name) {
        return new ExecutionPermit(
                issued(name),
                List.of(Link.to(StatementType.TOOL_PROPOSED, proposedRecord.digest())),
                proposed.args().digest(),
                proposed.proposal().tool(),
                Objects.requireNonNull(proposed.proposal().toolVersion()),
                Objects.requireNonNull(proposed.proposal().toolDigest()),
                RequiredRuntime.BUILTIN,
                Tier.C,
                new Egress(EgressEnforcementMode.STRICT, List.of()),
                new Limits(10_000, 10_000, 1L << 28, 1L << 20, 16, 64, 1L << 20, 1L << 26),
                List.of(),
                "default",
                Objects.requireNonNull(proposed.decision().policySet()),
                List.of(),
                1,
                Instant.now().truncatedTo(ChronoUnit.MILLIS).plusSeconds(600),
                Instant.now().truncatedTo(ChronoUnit.MILLIS).plusSeconds(600));
    }

    private byte[] executed(Name name, Forger key) {
        SignedStatement permit = key.sign(Statement.of(subject, permit(name)));
        SignedStatement started = key.sign(Statement.of(
                subject,
                new Audit(
                        issued(name),
                        List.of(Link.to(StatementType.EXECUTION_PERMIT, permit.digest())),
                        AuditEvent.EXECUTION_STARTED,
                        null,
                        new Audit.Started(
                                name.by().toString(), 1, name.at(), name.at().plusSeconds(60)),
                        null,
                        List.of(),
                        Map.of())));
        ToolExecuted result = new ToolExecuted(
                issued(name),
                List.of(
                        Link.to(StatementType.EXECUTION_PERMIT, permit.digest()),
                        Link.to(StatementType.AUDIT, started.digest())),
                CallOutcome.REFUSED,
                "NODE_FAILED",
                null,
                null,
                null,
                proposed.args().digest(),
                null,
                null,
                List.of(),
                null,
                null,
                name.at(),
                null);
        List<SignedStatement> evidence = new ArrayList<>(List.of(permit, started, proposedRecord.signed()));
        return encode(key, result, evidence, List.of());
    }

    private Audit ended(Name name) {
        return new Audit(
                issued(name),
                List.of(Link.to(StatementType.TOOL_PROPOSED, proposedRecord.digest())),
                AuditEvent.CALL_ENDED,
                null,
                null,
                new Audit.Ended(CallOutcome.CANCELLED, "CANCELLED", null),
                List.of(),
                Map.of());
    }
}
