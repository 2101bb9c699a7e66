package dev.sallyport.approval.record.question;

import jakarta.persistence.Embeddable;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/**
 * Whose turn comes when a question has waited for a while.
 *
 * @param escalatesAt from when on they may answer too
 * @param escalationGroups the groups that they are all in
 * @param escalationMembers who was in all of them when it was asked
 */
@Embeddable
public record Escalation(
        Instant escalatesAt,
        @JdbcTypeCode(SqlTypes.ARRAY) List<String> escalationGroups,
        @JdbcTypeCode(SqlTypes.ARRAY) List<String> escalationMembers) {
    /** Copies the lists. */
    public Escalation {
        escalationGroups = List.copyOf(escalationGroups);
        escalationMembers = List.copyOf(escalationMembers);
    }

    /** Whether their turn has come. */
    public boolean isDue(Instant now) {
        return !now.isBefore(escalatesAt);
    }
}
