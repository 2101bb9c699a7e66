package dev.sallyport.identity;

import static dev.sallyport.identity.TestAuthority.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.IdentityException.CertificateRefused;
import dev.sallyport.identity.IdentityException.CertificateRefused.Reason;
import dev.sallyport.identity.TestAuthority.Leaf;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;

class X509SvidTest {
    private final TestAuthority authority = new TestAuthority();

    @Test
    void aLeafThatKeepsTheRulesGivesItsId() {
        X509Certificate leaf = authority.issue(new Leaf());
        assertThat(X509Svid.verify(List.of(leaf), List.of(authority.root()), "fleet.sallyport", NOW)
                        .toString())
                .isEqualTo("spiffe://fleet.sallyport/service/policy-service");
        assertThat(X509Svid.verify(List.of(leaf, authority.root()), List.of(authority.root()), "fleet.sallyport", NOW)
                        .name())
                .as("with the root behind it")
                .isEqualTo("policy-service");
    }

    @Test
    void twoUriNamesAreRefused() {
        refused(Reason.SPIFFE_ID_NOT_ALONE, leaf -> leaf.uris.add("spiffe://fleet.sallyport/service/vault-service"));
        refused(Reason.SPIFFE_ID_NOT_ALONE, leaf -> leaf.uris.add("https://example.org/"));
    }

    @Test
    void noOrAnotherUriNameIsRefused() {
        refused(Reason.SPIFFE_ID_MISSING, leaf -> leaf.uris.clear());
        refused(Reason.SPIFFE_ID_MALFORMED, leaf -> leaf.uris.set(0, "https://fleet.sallyport/service/policy-service"));
        refused(Reason.SPIFFE_ID_MALFORMED, leaf -> leaf.uris.set(0, "spiffe://fleet.sallyport"));
        refused(Reason.SPIFFE_ID_MALFORMED, leaf -> leaf.uris.set(0, "spiffe://fleet.sallyport/service/../service/x"));
    }

    @Test
    void anotherTrustDomainIsRefusedEvenFromATrustedRoot() {
        refused(
                Reason.TRUST_DOMAIN_FOREIGN,
                leaf -> leaf.uris.set(0, "spiffe://other.sallyport/service/policy-service"));
    }

    @Test
    void anAuthorityIsNoWorkload() {
        refused(Reason.IS_A_CA, leaf -> leaf.authority = true);
    }

    @Test
    void wrongUsageIsRefused() {
        refused(Reason.KEY_USAGE_WRONG, leaf -> leaf.usage = 0);
        refused(Reason.KEY_USAGE_WRONG, leaf -> leaf.usage = KeyUsage.keyEncipherment);
        refused(Reason.KEY_USAGE_WRONG, leaf -> leaf.usage = KeyUsage.digitalSignature | KeyUsage.keyCertSign);
        refused(Reason.KEY_USAGE_WRONG, leaf -> leaf.usage = KeyUsage.digitalSignature | KeyUsage.cRLSign);
        refused(Reason.EXTENDED_KEY_USAGE_WRONG, leaf -> leaf.purposes.remove(KeyPurposeId.id_kp_clientAuth));
    }

    @Test
    void timeIsKept() {
        refused(Reason.EXPIRED, leaf -> leaf.to = NOW.minus(Duration.ofSeconds(1)));
        refused(Reason.NOT_YET_VALID, leaf -> leaf.from = NOW.plus(Duration.ofSeconds(2)));
    }

    @Test
    void anotherRootIsRefused() {
        X509Certificate leaf = new TestAuthority().issue(new Leaf());
        refused(Reason.UNTRUSTED, List.of(leaf));
        refused(Reason.CHAIN_EMPTY, List.of());
    }

    @Test
    void aLeafCannotVouchForAnother() {
        Leaf middle = new Leaf();
        X509Certificate middleLeaf = authority.issue(middle);
        X509Certificate foreign = new TestAuthority().issue(new Leaf());
        refused(Reason.UNTRUSTED, List.of(foreign, middleLeaf));
    }

    /** RFC 5280 counts no certificate whose issuer and subject are the same name, so pathLenConstraint=0 admits it. */
    @Test
    void anAuthorityOfTheSameNameBelowAnAuthorityIsRefused() {
        TestAuthority issuing = authority.under("CN=issuing");
        TestAuthority below = issuing.under("CN=issuing");
        X509Certificate good = issuing.issue(new Leaf());
        assertThat(X509Svid.verify(
                                List.of(good, issuing.root(), authority.root()),
                                List.of(authority.root()),
                                "fleet.sallyport",
                                NOW)
                        .name())
                .as("control")
                .isEqualTo("policy-service");
        X509Certificate bad = below.issue(new Leaf());
        refused(Reason.UNTRUSTED, List.of(bad, below.root(), issuing.root()));
        refused(Reason.UNTRUSTED, List.of(bad, below.root(), issuing.root(), authority.root()));
    }

    private void refused(Reason reason, Consumer<Leaf> flaw) {
        Leaf leaf = new Leaf();
        flaw.accept(leaf);
        refused(reason, List.of(authority.issue(leaf)));
    }

    private void refused(Reason reason, List<X509Certificate> chain) {
        assertThatThrownBy(() -> X509Svid.verify(chain, List.of(authority.root()), "fleet.sallyport", NOW))
                .isInstanceOfSatisfying(
                        CertificateRefused.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
