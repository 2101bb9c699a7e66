package dev.sallyport.executor.control.skill.web;

import dev.sallyport.executor.control.skill.Publisher;
import java.time.Instant;

/**
 * A publisher's key.
 *
 * @param publisher whose it is
 * @param fingerprint of the key
 * @param revoked whether it counts no longer
 * @param changedBy who decided
 * @param changedAt when
 */
record PublisherLine(String publisher, String fingerprint, boolean revoked, String changedBy, Instant changedAt) {
    static PublisherLine of(Publisher publisher) {
        return new PublisherLine(
                publisher.name(),
                publisher.key().fingerprint().hex(),
                publisher.revoked(),
                publisher.changedBy(),
                publisher.changedAt());
    }
}
