package dev.sallyport.executor.control.skill;

import dev.sallyport.skills.pack.PublisherKey;
import java.time.Instant;

/**
 * A publisher's key that a person has decided about.
 *
 * @param name the publisher
 * @param key the key
 * @param revoked whether it counts no longer
 * @param changedBy who decided
 * @param changedAt when
 */
public record Publisher(String name, PublisherKey key, boolean revoked, String changedBy, Instant changedAt) {}
