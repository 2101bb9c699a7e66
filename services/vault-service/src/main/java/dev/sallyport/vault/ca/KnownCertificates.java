package dev.sallyport.vault.ca;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.ca.IssuedFolder;
import dev.sallyport.vault.VaultException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import org.springframework.stereotype.Component;

/** Which certificates there are: those issued here, those issued at the machine, and any that is shown itself. */
@Component
public class KnownCertificates {
    private final IssuedCertificateTable table;
    private final CertificateIssuer issuer;
    private final IssuedFolder atTheMachine;

    KnownCertificates(IssuedCertificateTable table, CertificateIssuer issuer, IssuingProperties properties) {
        this.table = table;
        this.issuer = issuer;
        this.atTheMachine = new IssuedFolder(properties.issuingDir());
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
        if (!issuer.hasIssued(certificate)) {
            throw new VaultException.CertificateUnknown(
                    "This certificate was not issued by the fleet's issuing authorities. Only the certificates of"
                            + " workloads and devices are revoked here.");
        }
        return certificate.getSerialNumber().toString(16);
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
