package dev.sallyport.approval.record.question;

import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.predicate.ApprovalRequested.Option;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.Assurance;
import jakarta.persistence.AttributeOverride;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
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
 * @param escalation who may answer too after a while; null when nobody else ever may
 * @param options the answers that are offered, by their wire names
 */
@Embeddable
public record Terms(
        @Embedded @AttributeOverride(name = "timeoutS", column = @Column(name = "timeout_s"))
        Obligations obligations,

        @JdbcTypeCode(SqlTypes.ARRAY) List<String> accountable,
        Instant requestedAt,
        Instant expiresAt,
        @JdbcTypeCode(SqlTypes.ARRAY) @Nullable List<String> approverGroups,
        @JdbcTypeCode(SqlTypes.ARRAY) @Nullable List<String> groupMembers,
        @Embedded @Nullable Escalation escalation,
        @JdbcTypeCode(SqlTypes.ARRAY) List<String> options) {
    /** Copies the lists; {@link IllegalArgumentException} if the time to answer ends before it begins. */
    public Terms {
        accountable = List.copyOf(accountable);
        options = List.copyOf(options);
        approverGroups = approverGroups == null ? null : List.copyOf(approverGroups);
        groupMembers = groupMembers == null ? null : List.copyOf(groupMembers);
        if ((approverGroups == null) != (groupMembers == null)) {
            throw new IllegalArgumentException("a group is asked by its name and its members");
        }
        if (escalation != null
                && (approverGroups == null
                        || !escalation.escalatesAt().isAfter(requestedAt)
                        || !escalation.escalatesAt().isBefore(expiresAt))) {
            throw new IllegalArgumentException("the next group is asked after the first, and before the expiry");
        }
        if (!expiresAt.isAfter(requestedAt)) {
            throw new IllegalArgumentException("the expiry must come after the request");
        }
    }

    /** Terms under which everybody with the role may answer, for this call alone. */
    public Terms(Obligations obligations, List<String> accountable, Instant requestedAt, Instant expiresAt) {
        this(
                obligations,
                accountable,
                requestedAt,
                expiresAt,
                null,
                null,
                null,
                List.of(Option.ALLOW_ONCE.wire(), Option.DENY.wire()));
    }

    /** Whether an answer of this scope is offered. */
    public boolean offer(ApprovalResolved.Answer answer, ApprovalScope scope) {
        Option option = Option.of(answer, scope);
        return option != null && options.contains(option.wire());
    }

    /** Whether an answer counts under the same terms, but for the time; never where the approver's own key signs. */
    boolean areLike(Terms other) {
        return obligations.equals(other.obligations)
                && obligations.assurance() == Assurance.SESSION
                && accountable.equals(other.accountable)
                && options.equals(other.options)
                && Objects.equals(approverGroups, other.approverGroups)
                && Objects.equals(groupMembers, other.groupMembers)
                && Objects.equals(nextMembers(), other.nextMembers());
    }

    private @Nullable List<String> nextMembers() {
        return escalation == null ? null : escalation.escalationMembers();
    }

    /** Whether the time to answer is over. */
    public boolean areOver(Instant now) {
        return !now.isBefore(expiresAt);
    }

    /** Whether this principal answers for the call. */
    public boolean holdAccountable(String principal) {
        return accountable.contains(principal);
    }

    /**
     * Whether this principal is in a group that is asked, or no group is.
     *
     * @param escalated whether the next group is asked as well by now
     */
    public boolean ask(String principal, boolean escalated) {
        return groupMembers == null
                || groupMembers.contains(principal)
                || (escalated
                        && escalation != null
                        && escalation.escalationMembers().contains(principal));
    }

    /** Who is asked and who will be, as the middle of a sentence; only where a group is asked. */
    public String groupsInWords() {
        String first = String.join(" and ", Objects.requireNonNull(approverGroups));
        return escalation == null
                ? first
                : first + " (from " + StatementJson.format(StatementJson.toMillis(escalation.escalatesAt()))
                        + " on also of " + String.join(" and ", escalation.escalationGroups()) + ")";
    }
}
