package dev.sallyport.vault.ca;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.ca.IssuedFolder;
import dev.sallyport.identity.denylist.IssuedBy;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.vault.VaultException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.stereotype.Component;

/** Which certificates there are: those issued here, those issued at the machine, and any that is shown itself. */
@Component
public class KnownCertificates {
    private final IssuedCertificateTable table;
    private final CertificateIssuer issuer;
    private final IssuingAuthorities authorities;
    private final IssuedFolder atTheMachine;
    private final Clock clock;

    KnownCertificates(
            IssuedCertificateTable table,
            CertificateIssuer issuer,
            IssuingAuthorities authorities,
            IssuingProperties properties,
            Clock clock) {
        this.table = table;
        this.issuer = issuer;
        this.authorities = authorities;
        this.atTheMachine = new IssuedFolder(properties.issuingDir());
        this.clock = clock;
    }

    /**
     * Checks that there is such a certificate: a serial number mistyped would revoke nothing and say that it had.
     *
     * @throws VaultException.CertificateUnknown when there is none
     */
    public void verifyKnown(String serial) {
        if (!table.exists(serial) && !atTheMachine.knows(serial)) {
            throw new VaultException.CertificateUnknown(
                    "No certificate with this serial number is known here. Check it with `openssl x509 -noout -serial`,"
                            + " or send the certificate itself as `certificate`.");
        }
    }

    /**
     * The serial number of a certificate in PEM, lower-case hexadecimal.
     *
     * @throws VaultException.Invalid when it is not one certificate
     * @throws VaultException.CertificateUnknown when the issuing authorities have not signed it
     */
    public String serialOf(String pem) {
        X509Certificate certificate = read(pem);
        boolean ours = issuer.hasIssued(certificate)
                || authorities.retired().stream().anyMatch(retired -> IssuedBy.isSigned(certificate, retired));
        if (!ours) {
            throw new VaultException.CertificateUnknown(
                    "This certificate was not issued by the fleet's issuing authorities. Only the certificates of"
                            + " workloads and devices are revoked here.");
        }
        return certificate.getSerialNumber().toString(16);
    }

    /** Whether exactly this certificate of the id was issued here or at the machine. */
    boolean isIssued(SpiffeId id, X509Certificate certificate) {
        String serial = certificate.getSerialNumber().toString(16);
        return table.isIssued(serial, id, fingerprint(certificate), clock.instant()) || atTheMachine.has(certificate);
    }

    /** The SHA-256 of a certificate. */
    static Digest fingerprint(X509Certificate certificate) {
        try {
            return Digest.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate that was read can be written", e);
        }
    }

    /** The serial numbers of all valid certificates of an id, lower-case hexadecimal. */
    public Set<String> validOf(SpiffeId id, Instant now) {
        Set<String> serials = new TreeSet<>(table.validOf(id, now));
        serials.addAll(atTheMachine.validOf(id, now));
        return serials;
    }

    private static X509Certificate read(String pem) {
        try {
            List<X509Certificate> read = Pem.certificates(pem.getBytes(StandardCharsets.UTF_8));
            // A chain is what lies in the files: the leaf comes first.
            return read.getFirst();
        } catch (IdentityException e) {
            throw new VaultException.Invalid("certificate", "`certificate` must be a certificate in PEM.");
        }
    }
}
