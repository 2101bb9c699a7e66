package dev.sallyport.vault.join;

import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.limit.RateLimit;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.audit.VaultAudit;
import dev.sallyport.vault.audit.VaultMetrics;
import dev.sallyport.vault.ca.FleetCertificates;
import dev.sallyport.vault.ca.IssuedCertificate.Occasion;
import dev.sallyport.vault.denylist.Revocations;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
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

    private final JoinTokenTable table;
    private final FleetCertificates certificates;
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
            Revocations revocations,
            VaultAudit audit,
            VaultMetrics metrics,
            JoinTokenProperties properties,
            TransactionTemplate transaction,
            Clock clock) {
        this.table = table;
        this.certificates = certificates;
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
     * Makes a token for one workload.
     *
     * @throws VaultException.Forbidden when the id has been revoked, or is a service's or the infrastructure's
     */
    public Issued issue(TlsNames granted, String actor) {
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
            table.insert(hash, granted, now, actor, expiresAt);
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
     * The first certificates of the workload that the token names. The token is used up exactly when they are issued.
     *
     * @param from the address that the request came from, to limit attempts
     * @throws VaultException.JoinTokenRefused for every token that does not count
     */
    public FleetCertificates.Chains join(String token, FleetCertificates.Requests requests, String from) {
        limit.count(from);
        Digest hash = ApiTokens.hash(token);
        return transaction.execute(_ -> {
            TlsNames granted = table.use(hash).orElseThrow(this::refused);
            if (isMadeAtTheMachine(granted.id()) || revocations.isRevoked(granted.id())) {
                throw refused();
            }
            audit.state(
                    AuditEvent.WORKLOAD_JOINED,
                    "join-token:" + label(hash),
                    null,
                    granted.id().toString(),
                    Map.of("spiffe_id", granted.id().toString()));
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
