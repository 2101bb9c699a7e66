package dev.sallyport.vault.join;

import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.limit.RateLimit;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.audit.VaultAudit;
import dev.sallyport.vault.audit.VaultMetrics;
import dev.sallyport.vault.ca.FleetCertificates;
import dev.sallyport.vault.ca.IssuedCertificate.Occasion;
import dev.sallyport.vault.denylist.Revocations;
import dev.sallyport.vault.device.Admission;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Gives out one-time tokens for named workloads, and first certificates in exchange for them. */
@Service
@EnableConfigurationProperties(JoinTokenProperties.class)
public class JoinTokens {
    private static final String KIND = "joi";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int PER_ADDRESS_AND_MINUTE = 30;
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private final JoinTokenTable table;
    private final FleetCertificates certificates;
    private final Admission admission;
    private final Revocations revocations;
    private final VaultAudit audit;
    private final VaultMetrics metrics;
    private final JoinTokenProperties properties;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final RateLimit limit;

    JoinTokens(
            JoinTokenTable table,
            FleetCertificates certificates,
            Admission admission,
            Revocations revocations,
            VaultAudit audit,
            VaultMetrics metrics,
            JoinTokenProperties properties,
            TransactionTemplate transaction,
            Clock clock) {
        this.table = table;
        this.certificates = certificates;
        this.admission = admission;
        this.revocations = revocations;
        this.audit = audit;
        this.metrics = metrics;
        this.properties = properties;
        this.transaction = transaction;
        this.clock = clock;
        this.limit = new RateLimit(PER_ADDRESS_AND_MINUTE, clock);
    }

    /**
     * A token, shown once.
     *
     * @param token the token itself; only its hash is kept
     * @param expiresAt from then on it is refused
     */
    public record Issued(String token, Instant expiresAt) {
        @Override
        public String toString() {
            return "Issued[token=…, expiresAt=" + expiresAt + "]";
        }
    }

    /**
     * A token that was given out, without the token itself.
     *
     * @param label names it in statements too
     * @param spiffeId whom it lets in
     * @param readmits whether it lets another holder in under a name that has one
     * @param state {@code waiting}, {@code used}, {@code superseded} (another one of its name was used) or {@code expired}
     */
    public record Given(
            String label,
            String spiffeId,
            boolean readmits,
            String state,
            Instant createdAt,
            String createdBy,
            Instant expiresAt) {}

    /** The tokens that were given out, the newest first; {@code after} is the {@code next} of an earlier page. */
    public Page<Given> list(PageRequest asked) {
        String after = asked.after();
        if (after != null && !HASH.matcher(after).matches()) {
            throw new VaultException.Invalid("after", "`after` must be the `next` of an earlier page.");
        }
        return Page.of(
                        table.list(after == null ? null : new Digest(after), asked.oneMore()),
                        asked,
                        row -> row.hash().hex())
                .map(row -> new Given(
                        label(row.hash()),
                        row.spiffeId(),
                        row.readmits(),
                        row.state(),
                        row.createdAt(),
                        row.createdBy(),
                        row.expiresAt()));
    }

    /**
     * Makes a token for one workload. One that an owner's device makes for a name with a holder lets another holder in.
     *
     * @param byOwnersDevice whether an owner's device asks
     * @throws VaultException.Forbidden when the id has been revoked, or is a service's or the infrastructure's
     */
    public Issued issue(TlsNames granted, boolean byOwnersDevice, String actor) {
        SpiffeId id = granted.id();
        if (isMadeAtTheMachine(id)) {
            throw new VaultException.Forbidden(
                    VaultException.Code.MADE_AT_THE_MACHINE,
                    "Identities of services and of the infrastructure are made at the machine (`sallyport ca init`, or"
                            + " a service account of the cluster), never over the API.");
        }
        if (revocations.isRevoked(id)) {
            throw new VaultException.Forbidden(
                    VaultException.Code.ID_REVOKED, id + " has been revoked. Use another name.");
        }
        String token = ApiTokens.mint(KIND, RANDOM);
        Digest hash = ApiTokens.hash(token);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Instant expiresAt = now.plus(properties.joinTokenLife());
        transaction.executeWithoutResult(_ -> {
            certificates.keepAsTheyAre(id);
            boolean readmits = byOwnersDevice && admission.isHeld(id);
            table.insert(hash, new JoinTokenTable.Grant(granted, readmits), now, actor, expiresAt);
            audit.state(
                    AuditEvent.JOIN_TOKEN_ISSUED,
                    "join-token:" + label(hash),
                    null,
                    actor,
                    Map.of("spiffe_id", id.toString(), "expires_at", expiresAt.toString()));
        });
        return new Issued(token, expiresAt);
    }

    /**
     * The first certificates of the workload that the token names. The token is used up exactly when they are issued, and
     * every other one of that name with it. Where the name has a holder by then, only a token counts that an owner's device
     * made for another one.
     *
     * @param from the address that the request came from, to limit attempts
     * @throws VaultException.JoinTokenRefused for every token that does not count
     */
    public FleetCertificates.Chains join(String token, FleetCertificates.Requests requests, String from) {
        limit.count(from);
        Digest hash = ApiTokens.hash(token);
        return transaction.execute(_ -> {
            SpiffeId id = table.named(hash).orElseThrow(this::refused);
            certificates.keepAsTheyAre(id);
            JoinTokenTable.Grant grant = table.use(hash).orElseThrow(this::refused);
            if (isMadeAtTheMachine(id) || revocations.isRevoked(id) || (admission.isHeld(id) && !grant.readmits())) {
                throw refused();
            }
            table.supersede(id);
            TlsNames granted = grant.names();
            audit.state(
                    AuditEvent.WORKLOAD_JOINED,
                    "join-token:" + label(hash),
                    null,
                    id.toString(),
                    Map.of("spiffe_id", id.toString()));
            return certificates.issue(granted, requests, Occasion.JOIN);
        });
    }

    /**
     * Whoever holds such an identity speaks for the whole fleet, so no single person, session or device can get one. Who
     * makes it has the fleet's folder or its namespace in hand.
     */
    private static boolean isMadeAtTheMachine(SpiffeId id) {
        return switch (id.kind()) {
            case SERVICE, INFRA -> true;
            case EXECUTOR, DEVICE, AGENT -> false;
        };
    }

    private VaultException.JoinTokenRefused refused() {
        metrics.joinRefused();
        return new VaultException.JoinTokenRefused();
    }

    /** Names a token in statements without giving it away. */
    private static String label(Digest hash) {
        return hash.hex().substring(0, 16);
    }
}
