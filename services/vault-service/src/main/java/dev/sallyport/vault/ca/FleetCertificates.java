package dev.sallyport.vault.ca;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.servicekit.limit.RateLimit;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.audit.VaultAudit;
import dev.sallyport.vault.ca.IssuedCertificate.Occasion;
import dev.sallyport.vault.ca.IssuedCertificate.Purpose;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Issues certificates, records them and states so. */
@Service
public class FleetCertificates {
    private static final int PER_ID_AND_MINUTE = 20;
    private static final Pattern SERIAL = Pattern.compile("[0-9a-f]{1,40}");

    private final CertificateIssuer issuer;
    private final IssuedCertificateTable table;
    private final CertificateLocks locks;
    private final VaultAudit audit;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final RateLimit limit;

    FleetCertificates(
            CertificateIssuer issuer,
            IssuedCertificateTable table,
            CertificateLocks locks,
            VaultAudit audit,
            TransactionTemplate transaction,
            Clock clock) {
        this.issuer = issuer;
        this.table = table;
        this.locks = locks;
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
                throw new VaultException.Invalid("tls_csr", "Send `tls_csr`, `signing_csr` or both.");
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
     * New certificates for the holder of a valid one, with the names that it has. Whether that one and its id still count
     * is read under their locks, so no revocation, pairing or rotation that is committed is outlived by it.
     *
     * @param current the certificate of the connection
     * @throws VaultException.Forbidden when it or its id has been revoked
     */
    public Chains renew(SpiffeId id, X509Certificate current, Requests requests) {
        limit.count(id.toString());
        return transaction.execute(_ -> {
            verifyCounts(id, current.getSerialNumber().toString(16));
            return issue(TlsNames.of(id, current), requests, Occasion.RENEWAL);
        });
    }

    /**
     * Checks in the caller's transaction that a certificate still counts, and keeps others from revoking it until that
     * transaction ends.
     *
     * @param serial its serial number, lower-case hexadecimal
     * @throws VaultException.Forbidden when it or its id has been revoked
     */
    public void verifyCounts(SpiffeId id, String serial) {
        locks.lock(id);
        locks.lock(serial);
        if (locks.isRevoked(serial)) {
            throw new VaultException.Forbidden(
                    VaultException.Code.CERTIFICATE_REVOKED, "This certificate has been revoked. It renews nothing.");
        }
        if (locks.isRevoked(id)) {
            throw new VaultException.Forbidden(
                    VaultException.Code.ID_REVOKED, id + " has been revoked. It gets no certificates.");
        }
    }

    /**
     * Checks a request for a TLS certificate without issuing one.
     *
     * @throws dev.sallyport.identity.IdentityException.RequestRefused when it would not be granted
     */
    public void verify(CertificateRequest request, TlsNames granted) {
        issuer.verifyTls(request, granted);
    }

    /** Issues in the transaction of the caller, who knows what the workload may have. */
    public Chains issue(TlsNames granted, Requests requests, Occasion occasion) {
        locks.lock(granted.id());
        String tls = requests.tls();
        String signing = requests.signing();
        List<X509Certificate> tlsChain = tls == null ? null : issuer.issueTls(request(tls), granted);
        List<X509Certificate> signingChain =
                signing == null ? null : issuer.issueSigning(request(signing), granted.id());
        return new Chains(
                record(granted.id(), Purpose.TLS, tlsChain, occasion),
                record(granted.id(), Purpose.SIGNING, signingChain, occasion));
    }

    /** The certificates issued here that are still valid, the newest first; {@code after} is a serial number. */
    public Page<IssuedCertificate> valid(PageRequest asked) {
        String after = asked.after();
        if (after != null && !SERIAL.matcher(after).matches()) {
            throw new VaultException.Invalid("after", "`after` must be the `next` of an earlier page.");
        }
        return Page.of(table.valid(clock.instant(), after, asked.oneMore()), asked, IssuedCertificate::serial);
    }

    private @Nullable String record(
            SpiffeId id, Purpose purpose, @Nullable List<X509Certificate> chain, Occasion occasion) {
        if (chain == null) {
            return null;
        }
        X509Certificate leaf = chain.getFirst();
        IssuedCertificate issued = IssuedCertificate.of(id, purpose, leaf, clock.instant(), occasion);
        table.insert(issued, leaf.getNotBefore().toInstant());
        audit.state(
                AuditEvent.CERTIFICATE_ISSUED,
                "certificate:" + issued.serial(),
                null,
                issued.spiffeId(),
                Map.of(
                        "spiffe_id", issued.spiffeId(),
                        "purpose", issued.purpose(),
                        "not_after", issued.notAfter().toString(),
                        "by", issued.issuedBy()));
        return new String(Pem.ofCertificates(chain), StandardCharsets.US_ASCII);
    }

    private static CertificateRequest request(String pem) {
        return CertificateRequest.parsePem(pem.getBytes(StandardCharsets.UTF_8));
    }
}
