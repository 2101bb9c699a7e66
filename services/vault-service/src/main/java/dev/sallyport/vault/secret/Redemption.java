package dev.sallyport.vault.secret;

import dev.sallyport.servicekit.limit.RateLimit;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.audit.VaultAudit;
import dev.sallyport.vault.audit.VaultMetrics;
import dev.sallyport.vault.keyring.KeyRing;
import dev.sallyport.vault.secret.RedemptionRefused.Reason;
import dev.sallyport.vault.secret.RedemptionTable.Redeemer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Hands a secret to the node of a call, once. Being a node does not entitle to it. The statements that the node shows
 * do: control's signed execution-started that names this node, and policy-service's permit that grants this secret.
 */
@Service
public class Redemption {
    private static final Logger log = LoggerFactory.getLogger(Redemption.class);
    private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9_-]{16,64}");
    private static final int PER_NODE_AND_MINUTE = 600;
    private static final int LONGEST_STATED_REFERENCE = 300;

    private static final Duration CLOCKS_APART = Duration.ofSeconds(10);

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

    /**
     * The value, for the caller to zero after use.
     *
     * @param node the caller, by its certificate
     * @param reference the reference that the permit grants
     * @param clientNonce the node's own; the same one may repeat the request for 30 s, if an answer was lost
     * @param startedRecord the record of execution-started with its evidence, as control answered the claim with it
     * @throws VaultException.NotAvailable for every reason why not
     * @throws VaultException.Sealed while sealed
     */
    public byte[] redeem(SpiffeId node, String reference, String clientNonce, byte[] startedRecord) {
        limit.count(node.toString());
        if (!NONCE.matcher(clientNonce).matches()) {
            throw new VaultException.Invalid(
                    "client_nonce", "`client_nonce` must have 16 to 64 characters of base64url.");
        }
        ring.requireOpen();
        @Nullable VerifiedRecord started = null;
        try {
            started = verified(startedRecord);
            RedemptionClaim claim = RedemptionClaim.of(node, SecretReference.parse(reference), started);
            Redeemer redeemer = new Redeemer(node.toString(), clientNonce);
            return transaction.execute(_ -> handOver(claim, redeemer));
        } catch (RedemptionRefused e) {
            metrics.redemptionRefused();
            log.info("redemption by {} refused: {}", node, e.reason());
            if (started != null
                    && ProposalId.ofSubject(started.statement().subject()).isPresent()) {
                stateRefusal(started, node, reference, e.reason());
            }
            throw new VaultException.NotAvailable();
        }
    }

    private VerifiedRecord verified(byte[] startedRecord) {
        try {
            return verifier.verify(StatementType.AUDIT, startedRecord);
        } catch (StatementRefusedException e) {
            log.info("a statement was refused: {} {}", e.refusal(), e.getMessage());
            throw new RedemptionRefused(Reason.STATEMENT_REFUSED);
        }
    }

    private byte[] handOver(RedemptionClaim claim, Redeemer redeemer) {
        // The database's clock decides deadlines, not this process's.
        Instant now = redemptions.now();
        if (!now.isBefore(claim.redeemUntil())) {
            throw new RedemptionRefused(Reason.TOO_LATE);
        }
        // Control's clock is believed no further than that: a start of tomorrow would keep a permit good until then.
        if (claim.claimedAt().isAfter(now.plus(CLOCKS_APART))) {
            throw new RedemptionRefused(Reason.NOT_STARTED);
        }
        SecretGrant grant = claim.grant();
        SecretRow.Head head = table.find(claim.workspaceId(), claim.secretName())
                .orElseThrow(() -> new RedemptionRefused(Reason.ABSENT));
        SecretRow.Version version = table.version(head.secretId(), grant.version())
                .filter(found -> found.sealed() != null)
                .orElseThrow(() -> new RedemptionRefused(Reason.ABSENT));
        byte[] value = envelope.open(head, version);
        TransactionSynchronizationManager.registerSynchronization(new ZeroedUnlessCommitted(value));
        verifyTerms(version.terms(), grant, now);
        var row = new RedemptionTable.Row(claim.proposal().ulid(), head.secretId(), grant.version(), redeemer, now);
        if (redemptions.insert(row)) {
            verifyRate(head, version.terms(), now);
            audit.stateAboutCall(
                    AuditEvent.SECRET_REDEEMED,
                    claim.started(),
                    redeemer.node(),
                    Map.of("reference", grant.reference(), "version", Integer.toString(grant.version())));
        } else if (!redemptions.isRepeat(row)) {
            throw new RedemptionRefused(Reason.ALREADY_REDEEMED);
        }
        return value;
    }

    private static void verifyTerms(SecretTerms terms, SecretGrant grant, Instant now) {
        if (terms.expired(now)) {
            throw new RedemptionRefused(Reason.EXPIRED);
        }
        if (!terms.deliveries().contains(grant.delivery()) || !terms.hosts().containsAll(grant.hosts())) {
            throw new RedemptionRefused(Reason.DELIVERY_NOT_ALLOWED);
        }
    }

    /** Counts the present redemption too, which has just been inserted. */
    private void verifyRate(SecretRow.Head head, SecretTerms terms, Instant now) {
        if (redemptions.lastMinute(head.secretId(), now) > terms.readsPerMinute()) {
            throw new RedemptionRefused(Reason.TOO_OFTEN);
        }
    }

    /**
     * States the first refusal of a call for a reason, and then each time that their number has grown tenfold: a node
     * that asks without end must not bury the call's case.
     */
    private void stateRefusal(VerifiedRecord started, SpiffeId node, String reference, Reason reason) {
        String stated = reference.substring(0, Math.min(reference.length(), LONGEST_STATED_REFERENCE));
        String proposal = ProposalId.ofSubject(started.statement().subject())
                .orElseThrow()
                .ulid();
        transaction.executeWithoutResult(_ -> {
            long count = redemptions.countRefusal(proposal, reason.name());
            if (isPowerOfTen(count)) {
                audit.stateAboutCall(
                        AuditEvent.SECRET_REFUSED,
                        started,
                        node.toString(),
                        Map.of("reference", stated, "code", reason.name(), "count", Long.toString(count)));
            }
        });
    }

    private static boolean isPowerOfTen(long count) {
        long rest = count;
        while (rest % 10 == 0) {
            rest /= 10;
        }
        return rest == 1;
    }

    /** A value that was not handed over, since its redemption was not committed, does not stay in memory. */
    @SuppressWarnings("ArrayRecordComponent") // compared by identity
    private record ZeroedUnlessCommitted(byte[] value) implements TransactionSynchronization {
        @Override
        public void afterCompletion(int status) {
            if (status != STATUS_COMMITTED) {
                Arrays.fill(value, (byte) 0);
            }
        }
    }
}
