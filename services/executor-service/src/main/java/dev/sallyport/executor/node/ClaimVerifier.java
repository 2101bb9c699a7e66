package dev.sallyport.executor.node;

import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.permit.PermittedCall;
import dev.sallyport.executor.permit.PinnedApprovers;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;

/**
 * Verifies a claim from the bytes received. Control is believed in nothing: it could hand over a permit of another
 * pool, an old one again, or a start that names another node.
 */
final class ClaimVerifier {
    private final StatementVerifier verifier;
    private final SpiffeId self;
    private final PinnedApprovers approvers;
    private final Clock clock;

    ClaimVerifier(StatementVerifier verifier, SpiffeId self, PinnedApprovers approvers, Clock clock) {
        this.verifier = verifier;
        this.self = self;
        this.approvers = approvers;
        this.clock = clock;
    }

    /** A claim that runs nothing. */
    static class RefusedException extends Exception {
        private final boolean revoked;

        RefusedException(String message, boolean revoked) {
            super(message);
            this.revoked = revoked;
        }

        /** Whether a signer was revoked, of which control may not have heard yet: this node is as it should be. */
        boolean revoked() {
            return revoked;
        }
    }

    /** A claim in which everything verifies, but which is not of now by this node's clock. */
    static final class NotOfNowException extends RefusedException {
        private final transient ClaimedCall call;
        private final boolean ahead;

        NotOfNowException(ClaimedCall call, boolean ahead) {
            super("the claim is not of now", false);
            this.call = call;
            this.ahead = ahead;
        }

        ClaimedCall call() {
            return call;
        }

        /** Whether it was made later than it is here. */
        boolean ahead() {
            return ahead;
        }
    }

    /** When a claim on this permit cannot pass as one of now any more, whatever start is signed for it. */
    static Instant endOf(PermittedCall permit) {
        return permit.permit().notAfter().plus(Claim.LONGEST_LEASE).plus(NodeStanding.SKEW.multipliedBy(2));
    }

    /** Checks everything that does not need the arguments. */
    ClaimedCall verify(Claim claim) throws RefusedException {
        try {
            VerifiedRecord permitRecord = verifier.verify(StatementType.EXECUTION_PERMIT, decode(claim.permitRecord()));
            PermittedCall permit = PermittedCall.of(permitRecord);
            approvers.require(permit);
            VerifiedRecord started = verifier.verify(StatementType.AUDIT, decode(claim.startedRecord()));
            Audit audit = started.predicate(Audit.class);
            Audit.Started terms = audit.started();
            require(audit.event() == AuditEvent.EXECUTION_STARTED && terms != null, "the second record is no start");
            if (terms == null) {
                throw new RefusedException("the second record is no start", false);
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
                    !terms.claimedAt().isAfter(permit.permit().notAfter()),
                    "the permit was claimed after its not_after");
            ClaimedCall call = new ClaimedCall(permit, started, terms);
            verifyTime(call);
            return call;
        } catch (StatementRefusedException e) {
            throw new RefusedException(
                    e.refusal() + ": " + e.getMessage(), e.refusal() == StatementRefusedException.Refusal.REVOKED);
        } catch (IllegalArgumentException _) {
            throw new RefusedException("the claim is not base64", false);
        }
    }

    /**
     * How old a start may be is what control has signed, and never more than the longest lease: the length of the lease
     * in the answer is signed by nobody.
     */
    private void verifyTime(ClaimedCall call) throws NotOfNowException {
        Audit.Started terms = call.terms();
        Instant now = clock.instant();
        if (terms.claimedAt().isAfter(now.plus(NodeStanding.SKEW))) {
            throw new NotOfNowException(call, true);
        }
        Instant longest = terms.claimedAt().plus(Claim.LONGEST_LEASE);
        Instant end = terms.redeemUntil().isBefore(longest) ? terms.redeemUntil() : longest;
        if (now.isAfter(end.plus(NodeStanding.SKEW))) {
            throw new NotOfNowException(call, false);
        }
    }

    private static byte[] decode(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    private static void require(boolean holds, String otherwise) throws RefusedException {
        if (!holds) {
            throw new RefusedException(otherwise, false);
        }
    }
}
