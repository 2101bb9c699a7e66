package dev.sallyport.vault.ca;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.identity.denylist.IssuedBy;
import dev.sallyport.servicekit.limit.RateLimit;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Issues certificates, records them and states so. */
@Service
public class FleetCertificates {
    private static final int PER_ID_AND_MINUTE = 20;

    /**
     * Each certificate that a device gives up stays on the denylist for 61 days. Without this, the holder of one could make
     * the list longer than anybody reads.
     */
    private static final int MOST_OF_A_DEVICE = 48;

    private static final int MAX_NOTED = 20_000;
    private static final Pattern SERIAL = Pattern.compile("[0-9a-f]{1,40}");

    private final CertificateIssuer issuer;
    private final IssuedCertificateTable table;
    private final CertificateLocks locks;
    private final VaultAudit audit;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final RateLimit limit;
    private final KnownCertificates known;
    /** Serial numbers whose use has been written down. */
    private final Set<Digest> noted = ConcurrentHashMap.newKeySet();

    FleetCertificates(
            CertificateIssuer issuer,
            IssuedCertificateTable table,
            KnownCertificates known,
            CertificateLocks locks,
            VaultAudit audit,
            TransactionTemplate transaction,
            Clock clock) {
        this.issuer = issuer;
        this.table = table;
        this.known = known;
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
     * @param signingReplaces serial number of the signing certificate that the new one takes the place of, lower-case
     *     hexadecimal; null when there is none
     */
    public record Requests(
            @Nullable String tls,
            @Nullable String signing,
            @Nullable String signingReplaces) {
        /** Requests of somebody who has no certificate yet. */
        public Requests(@Nullable String tls, @Nullable String signing) {
            this(tls, signing, null);
        }

        /** Refuses both being absent, and what is no serial number, with {@link VaultException.Invalid}. */
        public Requests {
            if (signingReplaces != null && !SERIAL.matcher(signingReplaces).matches()) {
                throw new VaultException.Invalid(
                        "signing_replaces",
                        "`signing_replaces` must be a serial number, lower-case hexadecimal, at most 40 digits.");
            }
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
     * <p>Only a certificate that is known here renews: one that somebody made with a stolen authority's key must not be
     * exchanged for one of an authority that goes on counting.
     *
     * @param current the certificate of the connection
     * @throws VaultException.Forbidden when it or its id or its authority has been revoked, or nobody knows it
     */
    public Chains renew(SpiffeId id, X509Certificate current, Requests requests) {
        limit.count(id.toString());
        return transaction.execute(_ -> {
            locks.keepAuthorities();
            if (!known.isIssued(id, current)) {
                throw new VaultException.Forbidden(
                        VaultException.Code.CERTIFICATE_NOT_ISSUED_HERE,
                        "vault-service does not know this certificate, so it renews nothing. Join again, or have new"
                                + " ones issued at the machine with `sallyport ca issue`.");
            }
            verifyAuthority(current);
            return renewed(id, current, requests);
        });
    }

    /**
     * The same for this process itself: what it uses lies in its own files, and nobody sends it. It leaves an authority
     * behind also when another replica has revoked that.
     */
    Chains renewOwn(SpiffeId id, X509Certificate current, Requests requests) {
        limit.count(id.toString());
        return transaction.execute(_ -> {
            locks.keepAuthorities();
            return renewed(id, current, requests);
        });
    }

    private Chains renewed(SpiffeId id, X509Certificate current, Requests requests) {
        String shown = current.getSerialNumber().toString(16);
        verifyCounts(id, shown);
        verifyFew(id);
        table.used(shown, KnownCertificates.fingerprint(current), clock.instant());
        return issue(TlsNames.of(id, current), requests, Occasion.RENEWAL, shown);
    }

    /** Asked under the lock of the id. */
    private void verifyFew(SpiffeId id) {
        boolean heldByPeople = id.kind() == SpiffeId.Kind.DEVICE || id.kind() == SpiffeId.Kind.AGENT;
        if (heldByPeople && table.validOf(id, clock.instant()).size() >= MOST_OF_A_DEVICE) {
            throw ProblemException.tooManyRequests(
                    "TOO_MANY_REQUESTS",
                    "A device or agent has at most " + MOST_OF_A_DEVICE
                            + " certificates that have not ended yet, revoked"
                            + " ones included. Wait until some have ended, within a day.",
                    null);
        }
    }

    private void verifyAuthority(X509Certificate certificate) {
        if (locks.revokedAuthorities().stream().anyMatch(revoked -> IssuedBy.isSigned(certificate, revoked))) {
            throw new VaultException.Forbidden(
                    VaultException.Code.CERTIFICATE_REVOKED,
                    "The authority that issued this certificate has been revoked.");
        }
    }

    /**
     * Notes that a certificate is used, and with it that its holder has given up the one that it replaces. Asked for
     * every request, it writes once.
     */
    public void shown(X509Certificate certificate) {
        Digest fingerprint = KnownCertificates.fingerprint(certificate);
        if (noted.contains(fingerprint)) {
            return;
        }
        table.used(certificate.getSerialNumber().toString(16), fingerprint, clock.instant());
        if (noted.size() >= MAX_NOTED) {
            noted.clear();
        }
        noted.add(fingerprint);
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

    /** Keeps others from issuing certificates of an id, and from revoking them, until the caller's transaction ends. */
    public void keepAsTheyAre(SpiffeId id) {
        locks.keepAuthorities();
        locks.lock(id);
    }

    /** Issues in the transaction of the caller, who knows what the workload may have. */
    public Chains issue(TlsNames granted, Requests requests, Occasion occasion) {
        return issue(granted, requests, occasion, null);
    }

    private Chains issue(TlsNames granted, Requests requests, Occasion occasion, @Nullable String shown) {
        keepAsTheyAre(granted.id());
        String tls = requests.tls();
        String signing = requests.signing();
        List<X509Certificate> tlsChain = tls == null ? null : issuer.issueTls(request(tls), granted);
        List<X509Certificate> signingChain =
                signing == null ? null : issuer.issueSigning(request(signing), granted.id());
        String shownWith =
                tlsChain == null ? null : tlsChain.getFirst().getSerialNumber().toString(16);
        return new Chains(
                record(granted.id(), Purpose.TLS, tlsChain, occasion, shownWith, shown),
                record(granted.id(), Purpose.SIGNING, signingChain, occasion, shownWith, requests.signingReplaces()));
    }

    /** The certificates issued here that are still valid, the newest first; {@code after} is a serial number. */
    public Page<IssuedCertificate> valid(PageRequest asked) {
        String after = asked.after();
        if (after != null && !SERIAL.matcher(after).matches()) {
            throw new VaultException.Invalid("after", "`after` must be the `next` of an earlier page.");
        }
        return Page.of(table.valid(clock.instant(), after, asked.oneMore()), asked, IssuedCertificate::serial);
    }

    /** What tells the certificates that were revoked, by themselves or with their ids, as the table says now. */
    public Predicate<IssuedCertificate> revoked() {
        Set<String> serials = locks.revokedSerials();
        Set<String> ids = locks.revokedIds();
        return certificate -> serials.contains(certificate.serial()) || ids.contains(certificate.spiffeId());
    }

    private @Nullable String record(
            SpiffeId id,
            Purpose purpose,
            @Nullable List<X509Certificate> chain,
            Occasion occasion,
            @Nullable String shownWith,
            @Nullable String replaces) {
        if (chain == null) {
            return null;
        }
        X509Certificate leaf = chain.getFirst();
        // A replica that has not seen a rotation yet must not go on with what has been revoked since.
        verifyAuthority(leaf);
        IssuedCertificate issued = IssuedCertificate.of(id, purpose, leaf, clock.instant(), occasion);
        table.insert(
                issued,
                leaf.getNotBefore().toInstant(),
                new IssuedCertificateTable.Relations(
                        KnownCertificates.fingerprint(chain.get(1)),
                        KnownCertificates.fingerprint(leaf),
                        shownWith,
                        replaces));
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
