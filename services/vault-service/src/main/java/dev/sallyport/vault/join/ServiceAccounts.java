package dev.sallyport.vault.join;

import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.limit.RateLimit;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.audit.VaultAudit;
import dev.sallyport.vault.ca.FleetCertificates;
import dev.sallyport.vault.ca.IssuedCertificate.Occasion;
import dev.sallyport.vault.denylist.Revocations;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives the pods of a cluster their first certificates in exchange for their service account's token. The configuration
 * says which identity an account has. The name of a node is that of its pod, as the API server says it, never as the
 * caller does.
 */
@Service
public class ServiceAccounts {
    private static final int PER_ADDRESS_AND_MINUTE = 30;

    /** No service has this name. Nodes answer only at the port that shows metrics to Prometheus. */
    private static final String NODES = "executor-node";

    private final TokenReviews reviews;
    private final KubernetesProperties properties;
    private final FleetCertificates certificates;
    private final Revocations revocations;
    private final VaultAudit audit;
    private final TransactionTemplate transaction;
    private final String trustDomain;
    private final RateLimit limit;

    ServiceAccounts(
            TokenReviews reviews,
            KubernetesProperties properties,
            FleetCertificates certificates,
            Revocations revocations,
            VaultAudit audit,
            TransactionTemplate transaction,
            IdentityInForce identity,
            Clock clock) {
        this.reviews = reviews;
        this.properties = properties;
        this.certificates = certificates;
        this.revocations = revocations;
        this.audit = audit;
        this.transaction = transaction;
        this.trustDomain = identity.trust().trustDomain();
        this.limit = new RateLimit(PER_ADDRESS_AND_MINUTE, clock);
    }

    /**
     * The first certificates of the workload that the token's service account stands for.
     *
     * @param from the address that the request came from, to limit attempts
     * @throws VaultException.ServiceAccountRefused for every token that does not count
     */
    public FleetCertificates.Chains join(String token, FleetCertificates.Requests requests, String from) {
        if (properties.accounts().isEmpty()) {
            throw new VaultException.ServiceAccountRefused();
        }
        limit.count(from);
        TokenReviews.Holder holder = reviews.review(token).orElseThrow(VaultException.ServiceAccountRefused::new);
        TlsNames granted = granted(holder);
        if (revocations.isRevoked(granted.id())) {
            throw new VaultException.ServiceAccountRefused();
        }
        return transaction.execute(_ -> {
            Map<String, String> attributes = new LinkedHashMap<>();
            attributes.put("spiffe_id", granted.id().toString());
            if (holder.pod() != null) {
                attributes.put("pod", holder.pod());
            }
            String actor = granted.id().toString();
            audit.state(AuditEvent.WORKLOAD_JOINED, "service-account:" + holder.account(), null, actor, attributes);
            return certificates.issue(granted, requests, Occasion.JOIN);
        });
    }

    private TlsNames granted(TokenReviews.Holder holder) {
        String path = properties.accounts().get(holder.account());
        String pod = holder.pod();
        if (path == null || (path.endsWith("/*") && pod == null)) {
            throw new VaultException.ServiceAccountRefused();
        }
        String exact = path.endsWith("/*") ? path.substring(0, path.length() - 1) + pod : path;
        SpiffeId id = SpiffeId.tryParse("spiffe://" + trustDomain + exact)
                .orElseThrow(VaultException.ServiceAccountRefused::new);
        return names(id, holder.account().substring(0, holder.account().indexOf('/')));
    }

    /**
     * The most names that an id may have in that namespace. A node answers only Prometheus, under the name that all
     * nodes share.
     */
    static TlsNames names(SpiffeId id, String namespace) {
        return switch (id.kind()) {
            case SERVICE ->
                new TlsNames(id, Set.of(id.name(), "localhost", id.name() + "." + namespace + ".svc"), Set.of());
            case EXECUTOR -> new TlsNames(id, Set.of(NODES), Set.of());
            case INFRA, DEVICE, AGENT -> TlsNames.of(id);
        };
    }
}
