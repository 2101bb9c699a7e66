package dev.sallyport.identity.ca;

import dev.sallyport.statements.trust.SpiffeId;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What {@code sallyport ca status} shows.
 *
 * @param fleetId the fleet
 * @param trustDomain its trust domain
 * @param authorities the roots and issuing authorities
 * @param certificates every leaf on this machine
 */
public record FleetStatus(
        String fleetId, String trustDomain, List<Authority> authorities, List<Certificate> certificates) {
    /** Copies the lists. */
    public FleetStatus {
        authorities = List.copyOf(authorities);
        certificates = List.copyOf(certificates);
    }

    /** What has to be done about a certificate. */
    public enum State {
        /** Less than half its life has gone. */
        VALID,
        /** More than half its life has gone: the next renewal replaces it. */
        DUE,
        /** No longer valid. */
        EXPIRED;

        static State of(X509Certificate certificate, Instant now) {
            Instant start = certificate.getNotBefore().toInstant();
            Instant end = certificate.getNotAfter().toInstant();
            if (!now.isBefore(end)) {
                return EXPIRED;
            }
            Instant half = start.plus(Duration.between(start, end).dividedBy(2));
            return now.isBefore(half) ? VALID : DUE;
        }
    }

    /** What a leaf is for. */
    public enum Purpose {
        /** Connections. */
        TLS,
        /** Statements. */
        SIGNING
    }

    /**
     * An authority.
     *
     * @param name its common name
     * @param file its certificate
     * @param notAfter when it ends
     * @param state by its age
     */
    public record Authority(String name, Path file, Instant notAfter, State state) {}

    /**
     * A leaf.
     *
     * @param id whose
     * @param purpose what for
     * @param serial serial number, lower-case hexadecimal
     * @param notAfter when it ends
     * @param state by its age
     */
    public record Certificate(SpiffeId id, Purpose purpose, String serial, Instant notAfter, State state) {
        static Certificate of(SpiffeId id, Purpose purpose, X509Certificate certificate, Instant now) {
            return new Certificate(
                    id,
                    purpose,
                    certificate.getSerialNumber().toString(16),
                    certificate.getNotAfter().toInstant(),
                    State.of(certificate, now));
        }
    }
}
