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
import org.jspecify.annotations.Nullable;

/**
 * Under which terms an answer counts.
 *
 * @param obligations who must answer, how many of them and how they must be known
 * @param accountable the principals who answer for the call; they may not approve it where four eyes are required
 * @param requestedAt when the request was signed
 * @param expiresAt until when an answer counts, exclusive; after {@code requestedAt}
 * @param approverGroups the groups that whoever answers must be in; null when the role is enough
 * @param groupMembers who was in all of them when it was asked; null when the role is enough
 */
@Embeddable
public record Terms(
        @Embedded @AttributeOverride(name = "timeoutS", column = @Column(name = "timeout_s"))
        Obligations obligations,

        @JdbcTypeCode(SqlTypes.ARRAY) List<String> accountable,
        Instant requestedAt,
        Instant expiresAt,
        @JdbcTypeCode(SqlTypes.ARRAY) @Nullable List<String> approverGroups,
        @JdbcTypeCode(SqlTypes.ARRAY) @Nullable List<String> groupMembers) {
    /** Copies the list; {@link IllegalArgumentException} if the time to answer ends before it begins. */
    public Terms {
        accountable = List.copyOf(accountable);
        approverGroups = approverGroups == null ? null : List.copyOf(approverGroups);
        groupMembers = groupMembers == null ? null : List.copyOf(groupMembers);
        if ((approverGroups == null) != (groupMembers == null)) {
            throw new IllegalArgumentException("a group is asked by its name and its members");
        }
        if (!expiresAt.isAfter(requestedAt)) {
            throw new IllegalArgumentException("the expiry must come after the request");
        }
    }

    /** Terms under which everybody with the role may answer. */
    public Terms(Obligations obligations, List<String> accountable, Instant requestedAt, Instant expiresAt) {
        this(obligations, accountable, requestedAt, expiresAt, null, null);
    }

    /** Whether the time to answer is over. */
    public boolean areOver(Instant now) {
        return !now.isBefore(expiresAt);
    }

    /** Whether this principal answers for the call. */
    public boolean holdAccountable(String principal) {
        return accountable.contains(principal);
    }

    /** Whether this principal is in the group that is asked, or no group is. */
    public boolean ask(String principal) {
        return groupMembers == null || groupMembers.contains(principal);
    }
}
