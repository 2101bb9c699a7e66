package dev.sallyport.vault.secret;

import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.vault.secret.RedemptionRefused.Reason;
import java.time.Duration;
import java.time.Instant;

/**
 * A secret that a node may redeem according to the statements that it shows. The database has not been asked yet.
 *
 * @param started the verified record of control's execution-started, with the permit in its evidence
 * @param proposal the call
 * @param workspaceId the workspace of the call and of the secret
 * @param secretName the secret's name in the workspace
 * @param grant the version, delivery and hosts that the permit grants
 * @param claimedAt when control says that the node claimed the call
 * @param redeemUntil from then on it is too late; at most 60 s after the claim, whatever control signed
 */
record RedemptionClaim(
        VerifiedRecord started,
        ProposalId proposal,
        String workspaceId,
        String secretName,
        SecretGrant grant,
        Instant claimedAt,
        Instant redeemUntil) {
    /** From the claim on. The permit, which policy-service signs, says until when a claim counts. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /**
     * Reads the claim.
     *
     * @param node the caller, by its certificate
     * @param reference the secret that it asks for
     * @param record a verified audit statement with its evidence
     * @throws RedemptionRefused when the statements do not entitle this node to this secret
     */
    static RedemptionClaim of(SpiffeId node, SecretReference reference, VerifiedRecord record) {
        Audit audit = record.predicate(Audit.class);
        Audit.Started started = audit.started();
        ExecutionPermit permit = record.linked(ExecutionPermit.class).orElseThrow(RedemptionClaim::notStarted);
        ProposalId proposal =
                ProposalId.ofSubject(record.statement().subject()).orElseThrow(RedemptionClaim::notStarted);
        String workspaceId = permit.issued().workspaceId();
        if (audit.event() != AuditEvent.EXECUTION_STARTED || started == null || workspaceId == null) {
            throw notStarted();
        }
        if (!started.node().equals(node.toString())) {
            throw new RedemptionRefused(Reason.OTHER_NODE);
        }
        if (!permit.pool().equals(node.pool())) {
            throw new RedemptionRefused(Reason.OTHER_POOL);
        }
        if (started.claimedAt().isAfter(permit.notAfter())) {
            throw new RedemptionRefused(Reason.TOO_LATE);
        }
        SecretGrant grant = granted(permit, workspaceId, reference);
        return new RedemptionClaim(
                record, proposal, workspaceId, reference.name(), grant, started.claimedAt(), until(started));
    }

    private static Instant until(Audit.Started started) {
        Instant latest = started.claimedAt().plus(LONGEST);
        return started.redeemUntil().isBefore(latest) ? started.redeemUntil() : latest;
    }

    private static SecretGrant granted(ExecutionPermit permit, String workspaceId, SecretReference asked) {
        String reference = SecretReference.canonical(workspaceId, asked.name());
        return permit.secrets().stream()
                .filter(grant -> grant.reference().equals(reference))
                .filter(grant -> asked.versionOr(grant.version()) == grant.version())
                .filter(_ -> asked.workspace().equals(workspaceId))
                .findFirst()
                .orElseThrow(() -> new RedemptionRefused(Reason.NOT_GRANTED));
    }

    private static RedemptionRefused notStarted() {
        return new RedemptionRefused(Reason.NOT_STARTED);
    }
}
