package dev.sallyport.servicekit.app;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.ca.Authorities;
import dev.sallyport.testkit.TestFleet;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates that the fleet's own authority would never issue, under its key. */
public final class OddCertificates {
    private OddCertificates() {}

    /** With these URI names, valid from then on for a day. */
    public static Credential of(Instant notBefore, String... uris) {
        TestFleet fleet = TestFleet.shared();
        Credential issuer = Authorities.openIssuing(
                        fleet.ca().layout().issuing(), fleet.trust().fleetId(), Instant.now())
                .tls();
        return issuedBy(issuer, notBefore, uris);
    }

    /** Under any authority. */
    public static Credential issuedBy(Credential issuer, Instant notBefore, String... uris) {
        try {
            KeyPair pair = KeyTypes.newTlsPair();
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer.leaf(),
                    new BigInteger(100, new SecureRandom()),
                    Date.from(notBefore),
                    Date.from(notBefore.plus(Duration.ofDays(1))),
                    new X500Name("O=Odd"),
                    pair.getPublic());
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(Arrays.stream(uris)
                            .map(uri -> new GeneralName(GeneralName.uniformResourceIdentifier, uri))
                            .toArray(GeneralName[]::new)));
            return new Credential(
                    pair.getPrivate(),
                    List.of(
                            new JcaX509CertificateConverter()
                                    .getCertificate(builder.build(
                                            new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.key()))),
                            issuer.leaf()));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }
}
