package dev.sallyport.vault.ca;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.vault.RateLimit;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.audit.VaultAudit;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Issues certificates, records them and states so. */
@Service
public class FleetCertificates {
    private static final int PER_ID_AND_MINUTE = 20;

    private final CertificateIssuer issuer;
    private final IssuedCertificateTable table;
    private final VaultAudit audit;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final RateLimit limit;

    FleetCertificates(
            CertificateIssuer issuer,
            IssuedCertificateTable table,
            VaultAudit audit,
            TransactionTemplate transaction,
            Clock clock) {
        this.issuer = issuer;
        this.table = table;
        this.audit = audit;
        this.transaction = transaction;
        this.clock = clock;
        this.limit = new RateLimit(PER_ID_AND_MINUTE, clock);
    }

    /**
     * Certification requests in PEM; at least one of them.
     *
     * @param tls for a P-256 key
     * @param signing for an Ed25519 key; services and nodes only
     */
    public record Requests(@Nullable String tls, @Nullable String signing) {
        /** Refuses both being absent with {@link VaultException.Invalid}. */
        public Requests {
            if (tls == null && signing == null) {
                throw new VaultException.Invalid("tls_csr", "send tls_csr, signing_csr or both");
            }
        }
    }

    /**
     * Chains in PEM, the leaf first, without the root.
     *
     * @param tls absent when it was not asked for
     * @param signing absent when it was not asked for
     */
    public record Chains(@Nullable String tls, @Nullable String signing) {}

    /**
     * New certificates for whoever shows a valid one, for itself and with the names it has.
     *
     * @param current the certificate of the connection
     */
    public Chains renew(SpiffeId id, X509Certificate current, Requests requests) {
        limit.count(id.toString());
        Chains chains =
                transaction.execute(status -> issue(TlsNames.of(id, current), requests, "renewal", id.toString()));
        if (chains == null) {
            throw new IllegalStateException("a transaction that ends well has chains");
        }
        return chains;
    }

    /** Issues in the transaction of the caller, who knows what the workload may have. */
    public Chains issue(TlsNames granted, Requests requests, String by, String actor) {
        String tls = requests.tls();
        String signing = requests.signing();
        List<X509Certificate> tlsChain = tls == null ? null : issuer.issueTls(request(tls), granted);
        List<X509Certificate> signingChain =
                signing == null ? null : issuer.issueSigning(request(signing), granted.id());
        return new Chains(
                record(granted.id(), IssuedCertificate.Purpose.TLS, tlsChain, by, actor),
                record(granted.id(), IssuedCertificate.Purpose.SIGNING, signingChain, by, actor));
    }

    /** The certificates issued here that are still valid, the newest first. */
    public List<IssuedCertificate> valid(int limit) {
        return table.valid(clock.instant(), limit);
    }

    private @Nullable String record(
            SpiffeId id,
            IssuedCertificate.Purpose purpose,
            @Nullable List<X509Certificate> chain,
            String by,
            String actor) {
        if (chain == null) {
            return null;
        }
        X509Certificate leaf = chain.getFirst();
        table.insert(id, purpose, leaf, clock.instant(), by);
        audit.state(
                AuditEvent.CERTIFICATE_ISSUED,
                "certificate:" + IssuedCertificate.serial(leaf),
                null,
                actor,
                Map.of(
                        "spiffe_id", id.toString(),
                        "purpose", purpose.wire(),
                        "not_after", leaf.getNotAfter().toInstant().toString(),
                        "by", by));
        return new String(Pem.ofCertificates(chain), StandardCharsets.US_ASCII);
    }

    private static CertificateRequest request(String pem) {
        return CertificateRequest.parsePem(pem.getBytes(StandardCharsets.UTF_8));
    }
}
