package dev.sallyport.approval.record;

import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** What one person answered to one request. Never changed. */
@Entity
@Table(name = "approval_answer")
public class Resolution {

    @EmbeddedId
    private ResolutionKey key;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "workspace_id", referencedColumnName = "workspace_id", insertable = false, updatable = false)
    @JoinColumn(name = "approval_id", referencedColumnName = "id", insertable = false, updatable = false)
    private ApprovalRecord record;

    @Enumerated(EnumType.STRING)
    private Decision decision;

    @Enumerated(EnumType.STRING)
    private Scope scope;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private List<String> roles;

    @Enumerated(EnumType.STRING)
    private Approver.Authenticator authenticator;

    private String authenticatorId;

    @Enumerated(EnumType.STRING)
    private Approver.Method method;

    private String reason;
    private boolean selfApproval;
    private Instant answeredAt;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected Resolution() {}

    Resolution(ApprovalRecord record, Approver approver, Answer answer, boolean selfApproval, Instant answeredAt) {
        this.key = new ResolutionKey(record.workspaceId(), record.id(), approver.principal());
        this.record = record;
        this.decision = answer.decision();
        this.scope = answer.scope();
        this.roles = approver.roles();
        this.authenticator = approver.authenticator();
        this.authenticatorId = approver.authenticatorId();
        this.method = approver.method();
        this.reason = answer.reason();
        this.selfApproval = selfApproval;
        this.answeredAt = answeredAt;
    }

    /** The request it answers. */
    public ApprovalRecord record() {
        return record;
    }

    /** Who answered. */
    public String approver() {
        return key.approver();
    }

    /** What they decided. */
    public Decision decision() {
        return decision;
    }

    /** How far it reaches. */
    public Scope scope() {
        return scope;
    }

    /** The roles they held when they answered. */
    public List<String> roles() {
        return List.copyOf(roles);
    }

    /** How they were known. */
    public Approver.Authenticator authenticator() {
        return authenticator;
    }

    /** By which session, token or device. */
    public String authenticatorId() {
        return authenticatorId;
    }

    /** Where the answer came in. */
    public Approver.Method method() {
        return method;
    }

    /** Their words; empty if they gave none. */
    public String reason() {
        return reason;
    }

    /** Whether they are accountable for the call and four eyes were not required. */
    public boolean selfApproval() {
        return selfApproval;
    }

    /** When, by the database's clock. */
    public Instant answeredAt() {
        return answeredAt;
    }
}
