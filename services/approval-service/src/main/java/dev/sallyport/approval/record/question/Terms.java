package dev.sallyport.approval.record.question;

import dev.sallyport.statements.predicate.Obligations;
import jakarta.persistence.AttributeOverride;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/**
 * Under which terms an answer counts.
 *
 * @param obligations who must answer, how many of them and how they must be known
 * @param accountable the principals who answer for the call; they may not approve it where four eyes are required
 * @param requestedAt when the request was signed
 * @param expiresAt until when an answer counts, exclusive; after {@code requestedAt}
 */
@Embeddable
public record Terms(
        @Embedded @AttributeOverride(name = "timeoutS", column = @Column(name = "timeout_s"))
        Obligations obligations,

        @JdbcTypeCode(SqlTypes.ARRAY) List<String> accountable,
        Instant requestedAt,
        Instant expiresAt) {
    /** Copies the list; {@link IllegalArgumentException} if the time to answer ends before it begins. */
    public Terms {
        accountable = List.copyOf(accountable);
        if (!expiresAt.isAfter(requestedAt)) {
            throw new IllegalArgumentException("the expiry must come after the request");
        }
    }

    /** Whether the time to answer is over. */
    public boolean areOver(Instant now) {
        return !now.isBefore(expiresAt);
    }

    /** Whether this principal answers for the call. */
    public boolean holdAccountable(String principal) {
        return accountable.contains(principal);
    }
}
