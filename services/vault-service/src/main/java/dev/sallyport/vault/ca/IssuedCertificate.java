package dev.sallyport.vault.ca;

import dev.sallyport.statements.WireName;
import dev.sallyport.statements.trust.SpiffeId;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * A certificate that this service has issued.
 *
 * @param serial lower-case hexadecimal
 * @param spiffeId whose it is
 * @param purpose {@code tls} or {@code signing}
 * @param notAfter when it ends
 * @param issuedAt when it was issued
 * @param issuedBy {@code renewal}, {@code join} or {@code pairing}
 */
public record IssuedCertificate(
        String serial, String spiffeId, String purpose, Instant notAfter, Instant issuedAt, String issuedBy) {
    /** What a certificate is for. */
    enum Purpose implements WireName {
        TLS("tls"),
        SIGNING("signing");

        private final String wire;

        Purpose(String wire) {
            this.wire = wire;
        }

        @Override
        public String wire() {
            return wire;
        }
    }

    /** What made this service issue a certificate. */
    public enum Occasion implements WireName {
        /** Its holder renewed it. */
        RENEWAL("renewal"),
        /** A workload joined the fleet. */
        JOIN("join"),
        /** A device paired. */
        PAIRING("pairing");

        private final String wire;

        Occasion(String wire) {
            this.wire = wire;
        }

        @Override
        public String wire() {
            return wire;
        }
    }

    /** A certificate that has just been issued. */
    static IssuedCertificate of(SpiffeId id, Purpose purpose, X509Certificate leaf, Instant now, Occasion occasion) {
        return new IssuedCertificate(
                leaf.getSerialNumber().toString(16),
                id.toString(),
                purpose.wire(),
                leaf.getNotAfter().toInstant(),
                now,
                occasion.wire());
    }
}
