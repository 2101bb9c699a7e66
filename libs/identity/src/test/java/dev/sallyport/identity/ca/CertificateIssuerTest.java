package dev.sallyport.identity.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.IdentityException.CertificateRefused;
import dev.sallyport.identity.IdentityException.RequestRefused;
import dev.sallyport.identity.IdentityException.RequestRefused.Reason;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.statements.trust.SpiffeId;
import java.net.InetAddress;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CertificateIssuerTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final String DOMAIN = "fleet.sallyport";
    private static final SpiffeId NODE = SpiffeId.executor(DOMAIN, "default", "node-1");
    private static final SpiffeId DEVICE = SpiffeId.device(DOMAIN, "owner");
    private static final Set<InetAddress> LOOPBACK = Set.of(InetAddress.ofLiteral("127.0.0.1"));

    private final Authorities roots = Authorities.newRoots("fleet", DOMAIN, NOW);
    private final Authorities issuing = Authorities.newIssuing(roots, "fleet", DOMAIN, NOW);
    private final CertificateIssuer issuer =
            new CertificateIssuer(issuing.tls(), issuing.signing(), DOMAIN, Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void aTlsCertificateLivesADayAndASigningCertificateThirty() {
        X509Certificate tls = issuer.issueTls(tls(NODE), TlsNames.of(NODE)).getFirst();
        X509Certificate signing = issuer.issueSigning(signing(NODE), NODE).getFirst();
        assertThat(life(tls)).isEqualTo(Duration.ofHours(24));
        assertThat(life(signing)).isEqualTo(Duration.ofDays(30));
        assertThat(tls.getSerialNumber()).isNotEqualTo(signing.getSerialNumber());
    }

    @Test
    void certificatesVerifyUnderTheirOwnRootOnly() {
        List<X509Certificate> tls = issuer.issueTls(tls(NODE), TlsNames.of(NODE));
        List<X509Certificate> signing = issuer.issueSigning(signing(NODE), NODE);
        assertThat(X509Svid.verify(tls, roots.tls().chain(), DOMAIN, NOW)).isEqualTo(NODE);
        assertThat(X509Svid.verify(signing, roots.signing().chain(), DOMAIN, NOW))
                .isEqualTo(NODE);
        for (List<X509Certificate> chain : List.of(tls, signing)) {
            List<X509Certificate> others =
                    chain.equals(tls) ? roots.signing().chain() : roots.tls().chain();
            assertThatThrownBy(() -> X509Svid.verify(chain, others, DOMAIN, NOW))
                    .isInstanceOf(CertificateRefused.class);
        }
    }

    @Test
    void onlyTheGrantedIdIsIssued() {
        SpiffeId policy = SpiffeId.service(DOMAIN, "policy-service");
        refused(Reason.SPIFFE_ID_FOREIGN, () -> issuer.issueTls(tls(policy), TlsNames.of(NODE)));
        refused(Reason.SPIFFE_ID_FOREIGN, () -> issuer.issueSigning(signing(policy), NODE));
        SpiffeId foreign = SpiffeId.service("other.sallyport", "policy-service");
        refused(Reason.SPIFFE_ID_FOREIGN, () -> issuer.issueTls(tls(foreign), TlsNames.of(foreign)));
    }

    @Test
    void onlyGrantedNamesAreIssued() {
        TlsNames granted = new TlsNames(NODE, Set.of("node-1"), LOOPBACK);
        KeyPair pair = KeyTypes.newTlsPair();
        CertificateRequest within = request(pair, NODE, Set.of("node-1"), LOOPBACK);
        assertThat(TlsNames.of(NODE, issuer.issueTls(within, granted).getFirst()))
                .isEqualTo(granted);
        refused(
                Reason.NAME_NOT_GRANTED,
                () -> issuer.issueTls(request(pair, NODE, Set.of("vault-service"), Set.of()), granted));
        refused(
                Reason.NAME_NOT_GRANTED,
                () -> issuer.issueTls(
                        request(pair, NODE, Set.of(), Set.of(InetAddress.ofLiteral("10.0.0.1"))), granted));
        refused(
                Reason.NAME_NOT_GRANTED,
                () -> issuer.issueSigning(request(KeyTypes.newSigningPair(), NODE, Set.of("node-1"), Set.of()), NODE));
    }

    @Test
    void eachPurposeHasItsKindOfKey() {
        refused(Reason.KEY_TYPE, () -> issuer.issueTls(signing(NODE), TlsNames.of(NODE)));
        refused(Reason.KEY_TYPE, () -> issuer.issueSigning(tls(NODE), NODE));
    }

    @Test
    void devicesAgentsAndInfrastructureSignNoStatements() {
        for (SpiffeId id : List.of(DEVICE, SpiffeId.agent(DOMAIN, "a"), SpiffeId.infra(DOMAIN, "kafka"))) {
            refused(Reason.SIGNING_NOT_GRANTED, () -> issuer.issueSigning(signing(id), id));
            assertThat(issuer.issueTls(tls(id), TlsNames.of(id))).hasSize(2);
        }
    }

    @Test
    void aDeviceThatCallsItselfAServiceGetsNoCommonName() {
        SpiffeId device = SpiffeId.device(DOMAIN, "policy-service");
        assertThat(issuer.issueTls(tls(device), TlsNames.of(device))
                        .getFirst()
                        .getSubjectX500Principal()
                        .getName())
                .isEqualTo("O=Sallyport");
    }

    @Test
    void noCertificateOutlivesItsAuthority() {
        Clock late = Clock.fixed(NOW.plus(Duration.ofDays(5 * 365 - 10)), ZoneOffset.UTC);
        CertificateIssuer old = new CertificateIssuer(issuing.tls(), issuing.signing(), DOMAIN, late);
        assertThat(old.issueSigning(signing(NODE), NODE).getFirst().getNotAfter())
                .isEqualTo(issuing.signing().leaf().getNotAfter());
    }

    private static void refused(Reason reason, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        RequestRefused.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static CertificateRequest tls(SpiffeId id) {
        return request(KeyTypes.newTlsPair(), id, Set.of(), Set.of());
    }

    private static CertificateRequest signing(SpiffeId id) {
        return request(KeyTypes.newSigningPair(), id, Set.of(), Set.of());
    }

    private static CertificateRequest request(
            KeyPair pair, SpiffeId id, Set<String> dnsNames, Set<InetAddress> addresses) {
        return CertificateRequest.parse(CertificateRequest.create(pair, id, dnsNames, addresses));
    }

    private static Duration life(X509Certificate certificate) {
        return Duration.between(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }
}
