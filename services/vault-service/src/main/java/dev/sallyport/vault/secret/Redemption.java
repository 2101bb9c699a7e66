package dev.sallyport.vault.secret;

import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.vault.RateLimit;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.audit.VaultAudit;
import dev.sallyport.vault.audit.VaultMetrics;
import dev.sallyport.vault.keyring.KeyRing;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Hands a secret to the node of a call, once. What entitles it is not who it is but what it shows: control's signed
 * "started" that names this node, resting on policy-service's permit that grants this secret.
 */
@Service
public class Redemption {
    private static final Logger log = LoggerFactory.getLogger(Redemption.class);
    private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9_-]{16,64}");
    private static final String PROPOSAL = "proposal:";
    private static final int PER_NODE_AND_MINUTE = 600;

    private final SecretTable table;
    private final RedemptionTable redemptions;
    private final SecretEnvelope envelope;
    private final KeyRing ring;
    private final StatementVerifier verifier;
    private final VaultAudit audit;
    private final VaultMetrics metrics;
    private final TransactionTemplate transaction;
    private final RateLimit limit;

    Redemption(
            SecretTable table,
            RedemptionTable redemptions,
            KeyRing ring,
            StatementVerifier verifier,
            VaultAudit audit,
            VaultMetrics metrics,
            TransactionTemplate transaction,
            Clock clock) {
        this.table = table;
        this.redemptions = redemptions;
        this.envelope = new SecretEnvelope(ring);
        this.ring = ring;
        this.verifier = verifier;
        this.audit = audit;
        this.metrics = metrics;
        this.transaction = transaction;
        this.limit = new RateLimit(PER_NODE_AND_MINUTE, clock);
    }

    /** Why a redemption is refused: for the audit, never for the caller, to whom all look the same. */
    enum Refusal {
        STATEMENT_REFUSED,
        NOT_STARTED,
        OTHER_NODE,
        OTHER_POOL,
        TOO_LATE,
        NOT_GRANTED,
        ABSENT,
        EXPIRED,
        DELIVERY_NOT_ALLOWED,
        TOO_OFTEN,
        ALREADY_REDEEMED
    }

    private static final class Refused extends RuntimeException {
        private final Refusal refusal;

        Refused(Refusal refusal) {
            super(refusal.name());
            this.refusal = refusal;
        }
    }

    /**
     * The value, for the node to zero after use.
     *
     * @param node the caller, by its certificate
     * @param reference the reference that the permit grants
     * @param clientNonce the node's own; the same one may repeat the request for 30 s, if an answer was lost
     * @param startedRecord the record of execution-started with its evidence, as claimed
     * @throws VaultException.NotAvailable for every reason why not
     * @throws VaultException.Sealed while sealed
     */
    public byte[] redeem(SpiffeId node, String reference, String clientNonce, byte[] startedRecord) {
        limit.count(node.toString());
        if (!NONCE.matcher(clientNonce).matches()) {
            throw new VaultException.Invalid("client_nonce", "16 to 64 characters of base64url");
        }
        ring.requireOpen();
        @Nullable VerifiedRecord started = null;
        try {
            started = verified(startedRecord);
            return redeem(node, SecretReference.parse(reference), clientNonce, started);
        } catch (Refused e) {
            metrics.redemptionRefused();
            log.info("redemption by {} refused: {}", node, e.refusal);
            if (started != null && started.statement().subject().name().startsWith(PROPOSAL)) {
                stateRefusal(started, node, reference, e.refusal);
            }
            throw new VaultException.NotAvailable();
        }
    }

    private VerifiedRecord verified(byte[] startedRecord) {
        try {
            return verifier.verify(StatementType.AUDIT, startedRecord);
        } catch (StatementRefusedException e) {
            log.info("a statement was refused: {} {}", e.refusal(), e.getMessage());
            throw new Refused(Refusal.STATEMENT_REFUSED);
        }
    }

    private byte[] redeem(SpiffeId node, SecretReference reference, String nonce, VerifiedRecord record) {
        Statement statement = record.statement();
        Audit audit = record.predicate(Audit.class);
        Audit.Started started = audit.started();
        ExecutionPermit permit =
                record.linked(ExecutionPermit.class).orElseThrow(() -> new Refused(Refusal.NOT_STARTED));
        String workspaceId = permit.issued().workspaceId();
        if (audit.event() != AuditEvent.EXECUTION_STARTED
                || started == null
                || workspaceId == null
                || !statement.subject().name().startsWith(PROPOSAL)) {
            throw new Refused(Refusal.NOT_STARTED);
        }
        if (!started.node().equals(node.toString())) {
            throw new Refused(Refusal.OTHER_NODE);
        }
        if (!permit.pool().equals(node.pool())) {
            throw new Refused(Refusal.OTHER_POOL);
        }
        if (started.claimedAt().isAfter(permit.notAfter())) {
            throw new Refused(Refusal.TOO_LATE);
        }
        SecretGrant grant = permit.secrets().stream()
                .filter(g -> g.reference().equals(SecretReference.canonical(reference.workspace(), reference.name())))
                .findFirst()
                .orElseThrow(() -> new Refused(Refusal.NOT_GRANTED));
        if (!reference.workspace().equals(workspaceId)
                || reference.version().orElse(grant.version()) != grant.version()) {
            throw new Refused(Refusal.NOT_GRANTED);
        }
        String proposalId = statement.subject().name().substring(PROPOSAL.length());
        Claim claim =
                new Claim(proposalId, workspaceId, reference.name(), node.toString(), nonce, started.redeemUntil());
        byte[][] opened = new byte[1][];
        try {
            transaction.executeWithoutResult(status -> opened[0] = handOver(claim, grant, record));
        } catch (RuntimeException e) {
            // Not committed, so not handed over.
            byte[] kept = opened[0];
            if (kept != null) {
                Arrays.fill(kept, (byte) 0);
            }
            throw e;
        }
        byte[] value = opened[0];
        if (value == null) {
            throw new IllegalStateException("a transaction that ends well has a value");
        }
        return value;
    }

    private record Claim(
            String proposalId, String workspaceId, String name, String node, String nonce, Instant redeemUntil) {}

    private byte[] handOver(Claim claim, SecretGrant grant, VerifiedRecord record) {
        // The deciding clock is the database's (deadlines), not this process's.
        Instant now = redemptions.now();
        if (!now.isBefore(claim.redeemUntil())) {
            throw new Refused(Refusal.TOO_LATE);
        }
        SecretRow.Head head =
                table.find(claim.workspaceId(), claim.name()).orElseThrow(() -> new Refused(Refusal.ABSENT));
        SecretRow.Version version = table.version(head.secretId(), grant.version())
                .filter(v -> v.sealed() != null)
                .orElseThrow(() -> new Refused(Refusal.ABSENT));
        byte[] value = envelope.open(head, version);
        boolean handed = false;
        try {
            verifyTerms(version.terms(), grant, now);
            boolean first = redemptions.insert(
                    claim.proposalId(), head.secretId(), grant.version(), claim.node(), claim.nonce(), now);
            if (first) {
                if (redemptions.lastMinute(head.secretId(), now)
                        > version.terms().readsPerMinute()) {
                    throw new Refused(Refusal.TOO_OFTEN);
                }
                audit.stateAboutCall(
                        AuditEvent.SECRET_REDEEMED,
                        record,
                        claim.node(),
                        Map.of("reference", grant.reference(), "version", Integer.toString(grant.version())));
            } else if (!redemptions.isRepeat(claim.proposalId(), head.secretId(), claim.node(), claim.nonce(), now)) {
                throw new Refused(Refusal.ALREADY_REDEEMED);
            }
            handed = true;
            return value;
        } finally {
            if (!handed) {
                Arrays.fill(value, (byte) 0);
            }
        }
    }

    private static void verifyTerms(SecretTerms terms, SecretGrant grant, Instant now) {
        if (terms.expired(now)) {
            throw new Refused(Refusal.EXPIRED);
        }
        if (!terms.deliveries().contains(grant.delivery()) || !terms.hosts().containsAll(grant.hosts())) {
            throw new Refused(Refusal.DELIVERY_NOT_ALLOWED);
        }
    }

    private void stateRefusal(VerifiedRecord started, SpiffeId node, String reference, Refusal refusal) {
        transaction.executeWithoutResult(status -> audit.stateAboutCall(
                AuditEvent.SECRET_REFUSED,
                started,
                node.toString(),
                Map.of(
                        "reference",
                        reference.substring(0, Math.min(reference.length(), 300)),
                        "code",
                        refusal.name())));
    }
}
