package dev.sallyport.approval.record.answer;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;

/**
 * The grant that answered a question, with nobody asked.
 *
 * @param grantId the grant (ULID)
 * @param use which use of it this was
 */
@Embeddable
public record ByGrant(
        @Column(name = "grant_id") String grantId,
        @Column(name = "grant_use") Integer use) {}
