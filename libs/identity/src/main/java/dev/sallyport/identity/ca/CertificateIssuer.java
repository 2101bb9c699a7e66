package dev.sallyport.identity.ca;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityException.RequestRefused;
import dev.sallyport.identity.IdentityException.RequestRefused.Reason;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.denylist.IssuedBy;
import dev.sallyport.statements.trust.SpiffeId;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Issues leaf certificates from certification requests. This class and its caller decide who may have which, never
 * the request, which only has to agree.
 */
public final class CertificateIssuer {
    /** The life of a TLS certificate. */
    public static final Duration TLS_LIFE = Duration.ofHours(24);

    /** The life of a signing certificate. */
    public static final Duration SIGNING_LIFE = Duration.ofDays(30);

    private final Supplier<Authorities> issuing;
    private final String trustDomain;
    private final Clock clock;

    /**
     * @param tls the issuing authority for TLS
     * @param signing the issuing authority for statement keys
     * @param trustDomain the fleet's; ids of another are refused
     */
    public CertificateIssuer(Credential tls, Credential signing, String trustDomain, Clock clock) {
        this(() -> new Authorities(tls, signing), trustDomain, clock);
    }

    /** When a certificate of the fleet was issued: its validity begins a little earlier, for clocks that differ. */
    public static Instant issuedAt(X509Certificate certificate) {
        return certificate.getNotBefore().toInstant().plus(Certificates.BACKDATED);
    }

    /**
     * An issuer whose authorities may change.
     *
     * @param issuing those that issue now
     * @param trustDomain the fleet's; ids of another are refused
     */
    public CertificateIssuer(Supplier<Authorities> issuing, String trustDomain, Clock clock) {
        this.issuing = issuing;
        this.trustDomain = trustDomain;
        this.clock = clock;
    }

    /**
     * Issues a TLS certificate for 24 hours.
     *
     * @param request for a P-256 key, naming exactly the granted id and at most the granted names
     * @param granted what its sender may have
     * @return the leaf and the issuing certificate
     * @throws RequestRefused when the request does not agree with what is granted
     */
    public List<X509Certificate> issueTls(CertificateRequest request, TlsNames granted) {
        verifyTls(request, granted);
        Credential tls = issuing.get().tls();
        return issued(tls, Certificates.tlsLeaf(tls, request, clock.instant(), TLS_LIFE));
    }

    /**
     * Checks a request for a TLS certificate without issuing one.
     *
     * @throws RequestRefused when the request does not agree with what is granted
     */
    public void verifyTls(CertificateRequest request, TlsNames granted) {
        verifyId(request, granted.id());
        if (!KeyTypes.isTls(request.key())) {
            throw new RequestRefused(Reason.KEY_TYPE, "a TLS certificate is for a P-256 key");
        }
        if (!granted.dnsNames().containsAll(request.dnsNames())
                || !granted.addresses().containsAll(request.addresses())) {
            throw new RequestRefused(Reason.NAME_NOT_GRANTED, "the request asks for a name or address not granted");
        }
    }

    /**
     * Issues a certificate for signing statements, for 30 days.
     *
     * @param request for an Ed25519 key, naming exactly the granted id
     * @param granted a service or an executor node; nobody else signs statements
     * @return the leaf and the issuing certificate
     * @throws RequestRefused when the request does not agree with what is granted
     */
    public List<X509Certificate> issueSigning(CertificateRequest request, SpiffeId granted) {
        if (!signs(granted)) {
            throw new RequestRefused(Reason.SIGNING_NOT_GRANTED, "only services and executor nodes sign statements");
        }
        verifyId(request, granted);
        if (!KeyTypes.isSigning(request.key())) {
            throw new RequestRefused(Reason.KEY_TYPE, "a signing certificate is for an Ed25519 key");
        }
        if (!request.dnsNames().isEmpty() || !request.addresses().isEmpty()) {
            throw new RequestRefused(Reason.NAME_NOT_GRANTED, "a signing certificate has no DNS names or addresses");
        }
        Credential signing = issuing.get().signing();
        return issued(signing, Certificates.signingLeaf(signing, request, clock.instant(), SIGNING_LIFE));
    }

    /** Whether one of these authorities signed the certificate, be it valid still or not. */
    public boolean hasIssued(X509Certificate certificate) {
        Authorities now = issuing.get();
        return IssuedBy.isSigned(certificate, now.tls().leaf())
                || IssuedBy.isSigned(certificate, now.signing().leaf());
    }

    /** Whether a workload of this kind signs statements. */
    public static boolean signs(SpiffeId id) {
        return switch (id.kind()) {
            case SERVICE, EXECUTOR -> true;
            case INFRA, DEVICE, AGENT -> false;
        };
    }

    private void verifyId(CertificateRequest request, SpiffeId granted) {
        if (!granted.trustDomain().equals(trustDomain)) {
            throw new RequestRefused(Reason.SPIFFE_ID_FOREIGN, "this authority serves trust domain " + trustDomain);
        }
        if (!request.id().equals(granted)) {
            throw new RequestRefused(
                    Reason.SPIFFE_ID_FOREIGN, "the request names " + request.id() + "; granted is " + granted);
        }
    }

    private static List<X509Certificate> issued(Credential issuer, X509Certificate leaf) {
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(leaf);
        chain.addAll(issuer.chain());
        return List.copyOf(chain);
    }
}
