package dev.sallyport.statements.verify;

import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleSigners;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.statements.sample.SampleTerms;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.Tier;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The usual sample call with keys of a test authority, new ones for every call. */
final class TestCall implements SampleSigners {
    static final String WORKSPACE = SampleCall.WORKSPACE;

    private final TestAuthority authority;
    private final Map<String, TestAuthority.Holder> holders = new HashMap<>();
    private final SampleCall sample;
    final StatementSigner policy;
    final StatementSigner approval;
    final StatementSigner control;
    final StatementSigner node;
    final Detail args;
    final Detail output;
    final Instant now;
    final String id;
    final Subject subject;
    final SignedStatement proposed;
    final SignedStatement requested;
    final SignedStatement resolved;
    final SignedStatement permit;
    final SignedStatement started;
    final SignedStatement executed;
    final SignedStatement ended;

    TestCall(TestAuthority authority) {
        this.authority = authority;
        sample = new SampleCall(this, terms -> terms.output = SampleTerms.detail("hello\n"));
        policy = holder("policy-service").signer();
        approval = holder("approval-service").signer();
        control = holder("executor-service").signer();
        node = holder(SampleCall.NODE).signer();
        args = sample.terms().args;
        output = sample.terms().output;
        now = sample.terms().now;
        id = sample.terms().id;
        subject = sample.subject();
        proposed = sample.signed(SampleStep.PROPOSED);
        requested = sample.signed(SampleStep.REQUESTED);
        resolved = sample.signed(SampleStep.RESOLVED);
        permit = sample.signed(SampleStep.PERMIT);
        started = sample.signed(SampleStep.STARTED);
        executed = sample.signed(SampleStep.EXECUTED);
        ended = sample.signed(SampleStep.ENDED);
    }

    @Override
    public String fleetId() {
        return authority.fleetId;
    }

    @Override
    public SpiffeId id(String identity) {
        return identity.equals(SampleCall.NODE)
                ? SpiffeId.executor(TestAuthority.DOMAIN, "default", "node-1")
                : SpiffeId.service(TestAuthority.DOMAIN, identity);
    }

    @Override
    public SignedStatement sign(String identity, byte[] payload) {
        return holder(identity).sign(payload);
    }

    private TestAuthority.Holder holder(String identity) {
        return holders.computeIfAbsent(identity, name -> authority.holder(id(name)));
    }

    ExecutionPermit permit(Tier tier) {
        return sample.permit(terms -> terms.tier = tier);
    }

    Issuance by(StatementSigner signer) {
        return new Issuance(authority.fleetId, WORKSPACE, signer.id(), now, null);
    }

    SignedStatement sign(StatementSigner signer, Predicate predicate) {
        return signer.sign(Statement.of(subject, predicate));
    }

    /** All of its statements. */
    List<SignedStatement> statements() {
        return List.copyOf(sample.statements().values());
    }

    StatementRecord executedRecord() {
        return sample.record(SampleStep.EXECUTED);
    }

    StatementRecord permitRecord() {
        return sample.record(SampleStep.PERMIT);
    }
}
