package dev.sallyport.vault.ca;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Locale;

/**
 * A certificate that this service has issued.
 *
 * @param serial lower-case hexadecimal
 * @param spiffeId whose
 * @param purpose {@code tls} or {@code signing}
 * @param notAfter when it ends
 * @param issuedAt when it was issued
 * @param issuedBy {@code renewal} or {@code join}
 */
public record IssuedCertificate(
        String serial, String spiffeId, String purpose, Instant notAfter, Instant issuedAt, String issuedBy) {
    /** What a certificate is for. */
    enum Purpose {
        TLS,
        SIGNING;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static String serial(X509Certificate certificate) {
        return certificate.getSerialNumber().toString(16);
    }
}
