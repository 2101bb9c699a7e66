package dev.sallyport.vault;

import static dev.sallyport.statements.sample.SampleStep.STARTED;

import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleTerms;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.signing.FleetSigners;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A call that policy-service has permitted and control has let a node start; each part can be made wrong. */
final class TestCall {
    static final String NODE = FleetSigners.shared().id(SampleCall.NODE).toString();

    String workspace = TestAccess.WORKSPACE;
    String node = NODE;
    String pool = "default";
    boolean started = true;
    Duration redeemWithin = Duration.ofSeconds(60);
    Duration claimedAfter = Duration.ZERO;
    final String proposalId = SampleTerms.freshId();
    private final SecretGrant grant;

    TestCall(SecretGrant grant) {
        this.grant = grant;
    }

    /** Base64 of the record of "started", its evidence inside, as a claim answers it. */
    String startedRecord() {
        return Base64.getEncoder().encodeToString(record().encode());
    }

    private StatementRecord record() {
        SampleCall call = FleetSigners.call(terms -> {
            terms.workspace = workspace;
            terms.id = proposalId;
            terms.tool = "process.run";
            terms.secrets = List.of(grant);
            terms.decision = Outcome.ALLOW;
            terms.redeemWithin = redeemWithin;
            terms.claimedAfter = claimedAfter;
        });
        return call.permitting(permit -> permit.pool = pool)
                .editPredicate(STARTED, this::said)
                .record(STARTED);
    }

    private void said(ObjectNode predicate) {
        if (started) {
            ((ObjectNode) predicate.get("started")).put("node", node);
        } else {
            predicate.put("event", AuditEvent.EXECUTION_STOPPED.wire()).remove("started");
        }
    }
}
