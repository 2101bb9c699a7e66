package dev.sallyport.executor.fleet;

import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SamplePermit;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.statements.sample.SampleTerms;
import dev.sallyport.statements.skill.SkillPublication;
import dev.sallyport.statements.verify.StatementSigner;
import dev.sallyport.statements.vocabulary.Tier;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.signing.FleetSigners;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** A call that policy-service has proposed and allowed, with its real signature, and permits for it. */
public final class ProposedCall {
    public static final String WORKSPACE = SampleCall.WORKSPACE;

    private static final Limits LIMITS = new Limits(90_000, 20_000, 256L << 20, 1 << 20, 32, 128, 16L << 20, 64L << 20);

    public final String id;
    public final Detail args;
    public final Proposal proposal;
    public final SignedStatement proposed;
    private final SampleCall call;

    public ProposedCall(String tool, String canonicalArguments) {
        this(tool, canonicalArguments, Decision.Outcome.ALLOW);
    }

    public ProposedCall(String tool, String canonicalArguments, Decision.Outcome outcome) {
        this(tool, canonicalArguments, outcome, "session-" + UUID.randomUUID());
    }

    /** One of the calls of a session. */
    public ProposedCall(String tool, String canonicalArguments, Decision.Outcome outcome, String session) {
        call = FleetSigners.call(terms -> {
            terms.tool = tool;
            terms.args = SampleTerms.detail(canonicalArguments);
            terms.session = session;
            terms.decided(outcome, "ALLOWED");
        });
        id = call.id();
        args = call.terms().args;
        proposal = call.proposal();
        proposed = call.signed(SampleStep.PROPOSED);
    }

    /** A call of a tool of a skill. */
    public ProposedCall(SampleSkill skill, String tool, String toolVersion, String canonicalArguments) {
        String id = skill.skill.manifest().id();
        call = FleetSigners.call(terms -> {
            terms.tool = SkillPublication.toolName(id, tool);
            terms.toolVersion = toolVersion;
            terms.skill = id;
            terms.args = SampleTerms.detail(canonicalArguments);
            terms.session = "session-" + UUID.randomUUID();
            terms.decided(Decision.Outcome.ALLOW, "ALLOWED");
        });
        this.id = call.id();
        args = call.terms().args;
        proposal = call.proposal();
        proposed = call.signed(SampleStep.PROPOSED);
    }

    /** A permit's predicate with changed terms; it rests on the proposal alone, whatever was decided. */
    public ExecutionPermit permit(Consumer<SamplePermit> change) {
        return call.permit(permit -> {
            permit.tier = Tier.B;
            permit.limits = LIMITS;
            permit.liftedRules = List.of();
            permit.grounds = List.of(SampleStep.PROPOSED);
            change.accept(permit);
        });
    }

    /** The usual permit as a record. */
    public StatementRecord permitted() {
        return permitted(permit -> {});
    }

    /** A permit with changed terms as a record, signed by policy-service. */
    public StatementRecord permitted(Consumer<SamplePermit> change) {
        return record(signer("policy-service").sign(Statement.of(proposal.subject(), permit(change))), args);
    }

    /** A record around a signed permit, with these details. */
    public StatementRecord record(SignedStatement permit, Detail... details) {
        return new StatementRecord(permit, List.of(proposed), List.of(details));
    }

    /** An issuance by this signer now. */
    public static Issuance issuance(StatementSigner signer) {
        String fleet = TestFleet.shared().trust().fleetId();
        return new Issuance(fleet, WORKSPACE, signer.id(), StatementJson.toMillis(Instant.now()), null);
    }

    /** Signs as that identity of the test fleet. */
    public static StatementSigner signer(String identity) {
        return FleetSigners.signer(identity);
    }
}
