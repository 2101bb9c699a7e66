package dev.sallyport.approval.record.question;

import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.predicate.ToolProposed;
import jakarta.persistence.Embeddable;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/**
 * The call that waits for an answer.
 *
 * @param proposalId its identity
 * @param tool the tool's name
 * @param subject what a wider answer would apply to: {@code tool:<name>} or {@code tool:<name>|skill:<id>}
 * @param capabilities what the tool can do
 */
@Embeddable
public record RequestedCall(
        ProposalId proposalId,
        String tool,
        String subject,
        @JdbcTypeCode(SqlTypes.ARRAY) List<String> capabilities) {
    /** Copies the list. */
    public RequestedCall {
        capabilities = List.copyOf(capabilities);
    }

    /** The call of this proposal. */
    public static RequestedCall of(ToolProposed proposed) {
        String tool = proposed.proposal().tool();
        String skill = proposed.proposal().skill();
        return new RequestedCall(
                new ProposalId(proposed.proposal().proposalId()),
                tool,
                skill == null ? "tool:" + tool : "tool:" + tool + "|skill:" + skill,
                proposed.capabilities());
    }
}
