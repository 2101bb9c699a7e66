package dev.sallyport.approval.record;

import dev.sallyport.approval.record.answer.Approver;
import dev.sallyport.approval.record.answer.Credential;
import dev.sallyport.approval.record.answer.Proof;
import dev.sallyport.approval.record.answer.SubmittedAnswer;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** One person's answer to one question, as it was recorded. Never changed. */
@Entity
@Table(name = "approval_answer")
public class Resolution {
    @EmbeddedId
    private Key key;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "workspace_id", referencedColumnName = "workspace_id", insertable = false, updatable = false)
    @JoinColumn(name = "approval_id", referencedColumnName = "id", insertable = false, updatable = false)
    @SuppressWarnings("UnusedVariable") // JPA's side of the association
    private ApprovalRecord record;

    private ApprovalResolved.Answer answer;
    private ApprovalScope scope;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private List<String> roles;

    @Embedded
    private Credential credential;

    private String reason;
    private boolean selfApproval;
    private boolean partlySeen;
    private Instant answeredAt;
    private @Nullable AnswerSignature signature;

    /**
     * One person's answer to one question.
     *
     * @param workspaceId the workspace
     * @param approvalId the question
     * @param approver the person
     */
    @Embeddable
    record Key(
            @Column(name = "workspace_id") String workspaceId,
            @Column(name = "approval_id") String approvalId,
            String approver)
            implements Serializable {}

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected Resolution() {}

    /** An answer; {@code fresh} where a link that was just used stands for the signature. */
    Resolution(
            ApprovalRecord record,
            Approver approver,
            SubmittedAnswer submitted,
            Proof proof,
            boolean fresh,
            Instant answeredAt) {
        this.key = new Key(record.key().workspaceId(), record.key().id(), approver.principal());
        this.record = record;
        this.answer = submitted.verdict();
        this.scope = submitted.scope();
        this.roles = approver.roles();
        this.credential = fresh
                ? approver.credential().freshly()
                : proof.byProvider() ? approver.credential().byProvider() : approver.credential();
        this.signature = proof.signature();
        this.reason = submitted.reason();
        this.selfApproval = record.question().terms().holdAccountable(approver.principal());
        // Nobody has to read all of what they refuse.
        this.partlySeen = submitted.verdict() == ApprovalResolved.Answer.APPROVED && submitted.partlySeen();
        this.answeredAt = answeredAt;
    }

    /** Who answered. */
    public String approver() {
        return key.approver();
    }

    /** What they said. */
    public ApprovalResolved.Answer answer() {
        return answer;
    }

    /** How far it reaches. */
    public ApprovalScope scope() {
        return scope;
    }

    /** The roles they held when they answered. */
    public List<String> roles() {
        return List.copyOf(roles);
    }

    /** How they were known. */
    public Credential credential() {
        return credential;
    }

    /** Their words; empty if they gave none. */
    public String reason() {
        return reason;
    }

    /** Whether they are accountable for the call and four eyes were not required. */
    public boolean selfApproval() {
        return selfApproval;
    }

    /** Whether a part of the arguments was left out of what they had before them. */
    public boolean partlySeen() {
        return partlySeen;
    }

    /** Their own signature over the answer; null where they did not sign. */
    public @Nullable AnswerSignature signature() {
        return signature;
    }

    /** When, by the database's clock. */
    public Instant answeredAt() {
        return answeredAt;
    }
}
