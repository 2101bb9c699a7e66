package dev.sallyport.executor.node;

import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.permit.PermittedCall;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * Verifies a claim from the bytes received. Control is believed in nothing: it could hand over a permit of another
 * pool, an old one again, or a start that names another node.
 */
final class ClaimVerifier {
    private static final Duration SKEW = Duration.ofSeconds(5);

    private final StatementVerifier verifier;
    private final SpiffeId self;
    private final Clock clock;

    ClaimVerifier(StatementVerifier verifier, SpiffeId self, Clock clock) {
        this.verifier = verifier;
        this.self = self;
        this.clock = clock;
    }

    /** Checks everything that does not need the arguments. */
    ClaimedCall verify(Claim claim) throws ClaimRefusedException {
        try {
            VerifiedRecord permitRecord = verifier.verify(StatementType.EXECUTION_PERMIT, decode(claim.permitRecord()));
            PermittedCall permit = PermittedCall.of(permitRecord);
            VerifiedRecord started = verifier.verify(StatementType.AUDIT, decode(claim.startedRecord()));
            Audit audit = started.predicate(Audit.class);
            Audit.Started terms = audit.started();
            require(audit.event() == AuditEvent.EXECUTION_STARTED && terms != null, "the second record is no start");
            if (terms == null) {
                throw new ClaimRefusedException("the second record is no start");
            }
            require(
                    audit.links().getFirst().digest().equals(permit.digest()),
                    "the start is of another permit than the one handed over");
            require(
                    started.statement()
                            .subject()
                            .equals(permitRecord.statement().subject()),
                    "the start is of another call");
            require(terms.node().equals(self.toString()), "the start names another node");
            require(terms.fence() == claim.fence(), "the start has another fence");
            require(permit.permit().pool().equals(self.pool()), "the permit is for another pool");
            require(
                    claim.blobs().isEmpty() || permit.permit().runtime().kind() == RuntimeKind.WASM,
                    "the claim names files that no call of its kind needs");
            require(
                    !terms.claimedAt().isAfter(permit.permit().notAfter()),
                    "the permit was claimed after its not_after");
            Instant now = clock.instant();
            require(
                    Duration.between(terms.claimedAt(), now).abs().compareTo(SKEW.plusMillis(claim.leaseMs())) < 0,
                    "the claim is not of now");
            return new ClaimedCall(permit, started, terms);
        } catch (StatementRefusedException e) {
            throw new ClaimRefusedException(e.refusal() + ": " + e.getMessage());
        } catch (IllegalArgumentException _) {
            throw new ClaimRefusedException("the claim is not base64");
        }
    }

    private static byte[] decode(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    private static void require(boolean holds, String otherwise) throws ClaimRefusedException {
        if (!holds) {
            throw new ClaimRefusedException(otherwise);
        }
    }
}
