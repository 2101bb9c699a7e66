package dev.sallyport.servicekit.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.ca.Authorities;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.identity.ca.TrustSteps;
import dev.sallyport.statements.step.TrustStepRefusedException;
import dev.sallyport.statements.trust.SpiffeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityRenewalTest {
    private static final TrustSource NO_STEPS = step -> List.of();
    private static final PresentIssuers NOBODY_SAYS = authority -> Optional.empty();

    @TempDir
    private Path dir;

    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void beforeHalfLifeNothingIsAskedFor() {
        FleetCa ca = issuedAgo(Duration.ofHours(11));
        renewal(ca, ca).renewWhatIsDue();
        assertThat(asked.get()).isZero();
    }

    @Test
    void atHalfLifeTheTlsCertificateIsReplacedWithANewKeyAndTheSameNames() {
        FleetCa ca = issuedAgo(Duration.ofHours(12));
        Path identity = ca.layout().service("vault-service");
        X509Certificate before = IdentityDirectory.tlsLeaf(identity);
        X509Certificate signingBefore = IdentityDirectory.signingLeaf(identity);
        IdentityInForce inForce = new IdentityInForce(identity, Clock.systemUTC());
        new IdentityRenewal(identity, inForce, vaultOf(ca), NO_STEPS, NOBODY_SAYS, Clock.systemUTC()).renewWhatIsDue();
        X509Certificate after = inForce.identity().tls().leaf();
        assertThat(after.getPublicKey()).isNotEqualTo(before.getPublicKey());
        assertThat(TlsNames.of(inForce.spiffeId(), after)).isEqualTo(TlsNames.of(inForce.spiffeId(), before));
        assertThat(IdentityDirectory.tlsLeaf(identity)).isEqualTo(after);
        assertThat(IdentityDirectory.signingLeaf(identity)).isEqualTo(signingBefore);
    }

    @Test
    void onRequestBothAreReplacedWhateverTheirAge() {
        FleetCa ca = issuedAgo(Duration.ofMinutes(1));
        Path identity = ca.layout().service("vault-service");
        X509Certificate tls = IdentityDirectory.tlsLeaf(identity);
        X509Certificate signing = IdentityDirectory.signingLeaf(identity);
        IdentityInForce inForce = new IdentityInForce(identity, Clock.systemUTC());
        IdentityRenewal renewal =
                new IdentityRenewal(identity, inForce, vaultOf(ca), NO_STEPS, NOBODY_SAYS, Clock.systemUTC());
        renewal.renewWhatIsDue();
        assertThat(IdentityDirectory.tlsLeaf(identity)).as("control").isEqualTo(tls);
        renewal.renewNow();
        assertThat(inForce.identity().tls().leaf().getPublicKey()).isNotEqualTo(tls.getPublicKey());
        assertThat(inForce.signer().certificate()).isNotEqualTo(signing);
        assertThat(IdentityDirectory.tlsLeaf(identity))
                .isEqualTo(inForce.identity().tls().leaf());
    }

    @Test
    void theSigningCertificateIsRenewedInItsOwnTime() {
        Instant then = Instant.now().minus(Duration.ofDays(16));
        FleetCa ca = issuedAgo(Duration.ofDays(16));
        Path identity = ca.layout().service("vault-service");
        WorkloadIdentity old = IdentityDirectory.load(identity, then);
        // Its TLS certificate has been renewed all the time.
        KeyPair pair = KeyTypes.newTlsPair();
        TlsNames names = TlsNames.of(old.id(), old.tls().leaf());
        CertificateRequest request = CertificateRequest.parse(
                CertificateRequest.create(pair, old.id(), names.dnsNames(), names.addresses()));
        Credential tls = new Credential(pair.getPrivate(), issuerOf(ca).issueTls(request, names));
        IdentityDirectory.write(identity, new WorkloadIdentity(old.id(), tls, old.signingOrNull(), old.trust()));

        IdentityInForce inForce = new IdentityInForce(identity, Clock.systemUTC());
        new IdentityRenewal(identity, inForce, vaultOf(ca), NO_STEPS, NOBODY_SAYS, Clock.systemUTC()).renewWhatIsDue();
        assertThat(inForce.signer().certificate().getNotBefore().toInstant())
                .isAfter(Instant.now().minus(Duration.ofHours(1)));
        // A new TLS certificate comes along: by that, vault-service sees that both are in use.
        assertThat(inForce.identity().tls().leaf()).isNotEqualTo(tls.leaf());
    }

    @Test
    void whenOtherAuthoritiesIssueBothAreReplacedWhateverTheirAge() {
        FleetCa ca = issuedAgo(Duration.ofMinutes(1));
        Path identity = ca.layout().service("vault-service");
        IdentityInForce inForce = new IdentityInForce(identity, Clock.systemUTC());
        WorkloadIdentity before = inForce.identity();
        ca.rotateIssuing();
        Authorities now =
                Authorities.openIssuing(ca.layout().issuing(), ca.trust().fleetId(), Instant.now());
        PresentIssuers present =
                authority -> Optional.of(authority.equals(now.tls().leaf())
                        || authority.equals(now.signing().leaf()));
        new IdentityRenewal(identity, inForce, vaultOf(ca), NO_STEPS, NOBODY_SAYS, Clock.systemUTC()).renewWhatIsDue();
        assertThat(inForce.identity()).as("control").isEqualTo(before);
        IdentityRenewal renewal =
                new IdentityRenewal(identity, inForce, vaultOf(ca), NO_STEPS, present, Clock.systemUTC());
        renewal.renewWhatIsDue();
        assertThat(inForce.identity().tls().chain().get(1)).isEqualTo(now.tls().leaf());
        assertThat(inForce.signer().certificate())
                .isNotEqualTo(before.signing().orElseThrow().leaf());
        renewal.renewWhatIsDue();
        assertThat(asked.get()).as("once, and not again and again").isEqualTo(1);
    }

    @Test
    void aCertificateOfAnotherAuthorityIsNeitherUsedNorWritten(@TempDir Path elsewhere) {
        FleetCa ca = issuedAgo(Duration.ofHours(12));
        FleetCa other = FleetCa.init(elsewhere.resolve("fleet"), FleetPlan.oneMachine(), Clock.systemUTC());
        Path identity = ca.layout().service("vault-service");
        X509Certificate before = IdentityDirectory.tlsLeaf(identity);
        assertThatThrownBy(() -> renewal(ca, other).renewWhatIsDue()).isInstanceOf(IdentityException.class);
        assertThat(IdentityDirectory.tlsLeaf(identity)).isEqualTo(before);
    }

    @Test
    void theStepsOfTrustAreFollowedAndTheNextCertificatesComeFromBelowTheNewRoots() throws Exception {
        FleetCa ca = issuedAgo(Duration.ofMinutes(1));
        Path identity = ca.layout().service("vault-service");
        IdentityInForce inForce = new IdentityInForce(identity, Clock.systemUTC());
        TrustSteps steps = new TrustSteps(ca.layout().issuing());
        CertificateSource vault = (tls, signing, replaces) -> vaultOf(ca).renew(tls, signing, replaces);
        IdentityRenewal renewal = new IdentityRenewal(
                identity, inForce, vault, steps::after, authority -> Optional.of(true), Clock.systemUTC());
        WorkloadIdentity before = inForce.identity();
        renewal.followTrust();
        assertThat(inForce.identity()).as("control").isEqualTo(before);

        ca.rotateRoots();
        renewal.followTrust();
        assertThat(inForce.trust()).isEqualTo(ca.trust());
        assertThat(inForce.identity().tls().leaf()).isEqualTo(before.tls().leaf());
        assertThat(IdentityDirectory.load(identity, Instant.now()).trust()).isEqualTo(ca.trust());

        ca.rotateIssuing();
        // The old roots are retired while this workload still stands on them: it leaves them first.
        renewOthers(ca, identity);
        renewal.followTrust();
        assertThat(inForce.trust()).isEqualTo(ca.trust());
        assertThat(inForce.identity().tls().leaf()).isNotEqualTo(before.tls().leaf());
        assertThat(IdentityDirectory.load(identity, Instant.now()).trust()).isEqualTo(ca.trust());
    }

    /** Renews what lies here but for that workload, which is elsewhere. */
    private static void renewOthers(FleetCa ca, Path workload) throws IOException {
        Path elsewhere = ca.layout().directory().resolve("elsewhere");
        Files.move(workload, elsewhere);
        ca.renew();
        ca.retireRoots();
        Files.move(elsewhere, workload);
    }

    @Test
    void aStepThatNobodyTrustedHasSignedChangesNothing(@TempDir Path elsewhere) throws Exception {
        FleetCa ca = issuedAgo(Duration.ofMinutes(1));
        FleetCa foreign = FleetCa.init(elsewhere.resolve("fleet"), FleetPlan.oneMachine(), Clock.systemUTC());
        foreign.rotateRoots();
        ca.rotateRoots();
        Path identity = ca.layout().service("vault-service");
        IdentityInForce inForce = new IdentityInForce(identity, Clock.systemUTC());
        WorkloadIdentity before = inForce.identity();
        assertThatThrownBy(() -> following(identity, inForce, foreign).followTrust())
                .isInstanceOf(TrustStepRefusedException.class);
        assertThat(inForce.identity()).isEqualTo(before);
        assertThat(IdentityDirectory.trust(identity)).isEqualTo(before.trust());
        following(identity, inForce, ca).followTrust();
        assertThat(inForce.trust()).as("control").isEqualTo(ca.trust());
    }

    /** Who writes the directory puts no retired root back. */
    @Test
    void anIdentityWithOlderRootsIsNotTaken() throws Exception {
        FleetCa ca = issuedAgo(Duration.ofMinutes(1));
        Path identity = ca.layout().service("vault-service");
        IdentityInForce inForce = new IdentityInForce(identity, Clock.systemUTC());
        WorkloadIdentity before = inForce.identity();
        ca.rotateRoots();
        following(identity, inForce, ca).followTrust();
        IdentityDirectory.write(identity, before);
        assertThat(inForce.refresh()).isFalse();
        assertThat(inForce.trust()).isEqualTo(ca.trust());
        IdentityDirectory.write(
                identity, new WorkloadIdentity(before.id(), before.tls(), before.signingOrNull(), ca.trust()));
        assertThat(inForce.refresh()).as("control").isTrue();
    }

    private IdentityRenewal following(Path identity, IdentityInForce inForce, FleetCa ca) {
        TrustSteps steps = new TrustSteps(ca.layout().issuing());
        return new IdentityRenewal(identity, inForce, vaultOf(ca), steps::after, NOBODY_SAYS, Clock.systemUTC());
    }

    private FleetCa issuedAgo(Duration age) {
        Clock then = Clock.fixed(Instant.now().minus(age), ZoneOffset.UTC);
        return FleetCa.init(dir.resolve("fleet"), FleetPlan.oneMachine(), then);
    }

    private IdentityRenewal renewal(FleetCa ca, FleetCa issuer) {
        Path identity = ca.layout().service("vault-service");
        return new IdentityRenewal(
                identity,
                new IdentityInForce(identity, Clock.systemUTC()),
                vaultOf(issuer),
                NO_STEPS,
                NOBODY_SAYS,
                Clock.systemUTC());
    }

    /** What vault-service does with a request, by the issuer that it uses. */
    private CertificateSource vaultOf(FleetCa ca) {
        CertificateIssuer issuer = issuerOf(ca);
        SpiffeId id = SpiffeId.service(ca.trust().trustDomain(), "vault-service");
        return (tls, signing, replaces) -> {
            asked.incrementAndGet();
            return new CertificateSource.Chains(
                    tls == null ? null : issued(issuer, id, tls),
                    signing == null ? null : pem(issuer.issueSigning(parsed(signing), id)));
        };
    }

    private static CertificateIssuer issuerOf(FleetCa ca) {
        Authorities issuing =
                Authorities.openIssuing(ca.layout().issuing(), ca.trust().fleetId(), Instant.now());
        return new CertificateIssuer(
                issuing.tls(), issuing.signing(), ca.trust().trustDomain(), Clock.systemUTC());
    }

    private static String issued(CertificateIssuer issuer, SpiffeId id, String csr) {
        CertificateRequest request = parsed(csr);
        SpiffeId asking = request.id();
        return pem(issuer.issueTls(
                request,
                new TlsNames(
                        asking.trustDomain().equals(id.trustDomain()) ? id : asking,
                        request.dnsNames(),
                        request.addresses())));
    }

    private static CertificateRequest parsed(String csr) {
        return CertificateRequest.parsePem(csr.getBytes(StandardCharsets.US_ASCII));
    }

    private static String pem(List<X509Certificate> chain) {
        return new String(Pem.ofCertificates(chain), StandardCharsets.US_ASCII);
    }
}
