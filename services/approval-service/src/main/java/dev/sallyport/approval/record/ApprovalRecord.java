package dev.sallyport.approval.record;

import dev.sallyport.approval.record.ApprovalRefused.Mismatch;
import dev.sallyport.approval.record.ApprovalRefused.NotEligible;
import dev.sallyport.approval.record.ApprovalRefused.TooLate;
import dev.sallyport.statements.Digest;
import jakarta.persistence.CascadeType;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.BatchSize;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * One request for a human answer and how it ended. It is resolved once: every way out of {@link ApprovalState#PENDING}
 * is a method here, each refuses when it is too late, too early or not this person's to take, and the table's triggers
 * refuse the same with the database's clock.
 */
@Entity
@Table(name = "approval_record")
public class ApprovalRecord {

    /** The assurance that a session, a personal token and a device's certificate give. */
    private static final String SIGNED_IN = "session";

    @EmbeddedId
    private ApprovalKey key;

    private String proposalId;
    private String requestDigest;
    private byte[] requestRecord;
    private String tool;
    private String subject;
    private String principal;
    private @Nullable String device;
    private String channel;
    private String sessionId;
    private String runId;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private List<String> capabilities;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private List<String> ruleIds;

    private String policySet;

    @Enumerated(EnumType.STRING)
    private RiskLevel riskLevel;

    private String riskRule;
    private String summary;
    private byte @Nullable [] prompt;
    private String promptDigest;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private List<String> accountable;

    private int quorum;
    private String approverRole;
    private String assurance;
    private boolean fourEyes;
    private Instant requestedAt;
    private Instant expiresAt;

    @Enumerated(EnumType.STRING)
    private ApprovalState state;

    private String code;
    private @Nullable Instant resolvedAt;

    @Version
    private long version;

    /** Written by the database's trigger, read in queries. */
    @SuppressWarnings("UnusedVariable")
    private Instant changedAt;

    @OneToMany(mappedBy = "record", cascade = CascadeType.PERSIST)
    @OrderBy("answeredAt")
    @BatchSize(size = 200)
    private List<Resolution> resolutions = new ArrayList<>();

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected ApprovalRecord() {}

    /** An open record of this request. */
    ApprovalRecord(ApprovalRequest request, Instant now) {
        this.key = new ApprovalKey(request.workspaceId(), request.approvalId());
        this.proposalId = request.proposalId();
        this.requestDigest = request.requestDigest().hex();
        this.requestRecord = request.requestRecord().clone();
        this.tool = request.call().tool();
        this.subject = request.call().subject();
        this.principal = request.call().principal();
        this.device = request.call().device();
        this.channel = request.call().channel();
        this.sessionId = request.call().sessionId();
        this.runId = request.call().runId();
        this.capabilities = request.call().capabilities();
        this.ruleIds = request.ruleIds();
        this.policySet = request.policySet();
        this.riskLevel = request.risk().level();
        this.riskRule = request.risk().rule();
        this.summary = request.summary();
        this.prompt = request.prompt().clone();
        this.promptDigest = request.promptDigest().hex();
        this.accountable = request.accountable();
        this.quorum = request.obligations().quorum();
        this.approverRole = request.obligations().approverRole();
        this.assurance = request.obligations().assurance();
        this.fourEyes = request.obligations().fourEyes();
        this.requestedAt = request.requestedAt();
        this.expiresAt = request.expiresAt();
        this.state = ApprovalState.PENDING;
        this.code = "APPROVAL_PENDING";
        this.changedAt = now;
    }

    /**
     * Takes one person's answer. Afterwards the record is denied, approved, or still open because others are needed too.
     *
     * @param now the database's clock
     * @throws ApprovalRefused if it does not count; nothing is changed then
     */
    void answer(Approver approver, Answer answer, Instant now) {
        refuseUnlessEligible(approver);
        if (!state.open()) {
            throw TooLate.resolved(state);
        }
        if (!now.isBefore(expiresAt)) {
            throw TooLate.expired();
        }
        if (answer.decision() == Decision.APPROVE && !assurance.equals(SIGNED_IN)) {
            throw NotEligible.assurance();
        }
        if (resolutions.stream().anyMatch(earlier -> earlier.approver().equals(approver.principal()))) {
            throw TooLate.answered();
        }
        if (!answer.promptDigest().hex().equals(promptDigest)) {
            throw Mismatch.prompt();
        }
        resolutions.add(new Resolution(this, approver, answer, accountable.contains(approver.principal()), now));
        switch (answer.decision()) {
            case DENY -> resolve(ApprovalState.DENIED, "DENIED_BY_APPROVER", now);
            case APPROVE -> {
                if (resolutions.size() >= quorum) {
                    resolve(ApprovalState.APPROVED, "APPROVED", now);
                }
            }
        }
    }

    /**
     * Refuses who may never answer this request, whatever its state.
     *
     * @throws NotEligible with the reason
     */
    void refuseUnlessEligible(Approver approver) {
        if (!approver.workspaceId().equals(key.workspaceId())) {
            throw new ApprovalRefused.NotFound();
        }
        if (approver.principal().equals(principal)) {
            throw NotEligible.requester();
        }
        if (!approver.person()) {
            throw NotEligible.notAPerson();
        }
        if (fourEyes && accountable.contains(approver.principal())) {
            throw NotEligible.accountable();
        }
        if (!obligations().metBy(approver.roles())) {
            throw NotEligible.role(approverRole);
        }
    }

    /**
     * Ends it as timed out, which is a denial.
     *
     * @param now the database's clock, not before the expiry
     */
    void timeOut(Instant now) {
        if (!state.open()) {
            throw TooLate.resolved(state);
        }
        if (now.isBefore(expiresAt)) {
            throw new IllegalStateException("it can still be answered until " + expiresAt);
        }
        resolve(ApprovalState.TIMED_OUT, "APPROVAL_TIMED_OUT", now);
    }

    /** Closes it because its call has ended. */
    void cancel(Instant now) {
        if (!state.open()) {
            throw TooLate.resolved(state);
        }
        resolve(ApprovalState.CANCELLED, "CALL_ENDED", now);
    }

    private void resolve(ApprovalState to, String because, Instant now) {
        state = to;
        code = because;
        resolvedAt = now;
    }

    /** The workspace (ULID). */
    public String workspaceId() {
        return key.workspaceId();
    }

    /** The approval id (ULID). */
    public String id() {
        return key.id();
    }

    /** The call's proposal id. */
    public String proposalId() {
        return proposalId;
    }

    /** Identity of the request's statement. */
    public Digest requestDigest() {
        return new Digest(requestDigest);
    }

    /** The request's statement with certificates and evidence, without details. */
    public byte[] requestRecord() {
        return requestRecord.clone();
    }

    /** The tool's name. */
    public String tool() {
        return tool;
    }

    /** {@code tool:<name>} or {@code tool:<name>|skill:<id>}. */
    public String subject() {
        return subject;
    }

    /** Who asked. */
    public String principal() {
        return principal;
    }

    /** From which device, or null. */
    public @Nullable String device() {
        return device;
    }

    /** Over which channel. */
    public String channel() {
        return channel;
    }

    /** The client's session. */
    public String sessionId() {
        return sessionId;
    }

    /** The client's run. */
    public String runId() {
        return runId;
    }

    /** What the tool can do. */
    public List<String> capabilities() {
        return List.copyOf(capabilities);
    }

    /** The rules that asked. */
    public List<String> ruleIds() {
        return List.copyOf(ruleIds);
    }

    /** Digest of the policy set that asked. */
    public String policySet() {
        return policySet;
    }

    /** How much can go wrong and why. */
    public Risk risk() {
        return new Risk(riskLevel, riskRule);
    }

    /** One line in plain words; text from outside. */
    public String summary() {
        return summary;
    }

    /** The prompt's detail (32 random bytes, then JSON), or null once it was forgotten. */
    public byte @Nullable [] prompt() {
        return prompt == null ? null : prompt.clone();
    }

    /** SHA-256 of the prompt's detail, random bytes included: what an answer must name. */
    public Digest promptDigest() {
        return new Digest(promptDigest);
    }

    /** Who answers for the call. */
    public List<String> accountable() {
        return List.copyOf(accountable);
    }

    /** What an answer must fulfil. */
    public Obligations obligations() {
        return new Obligations(quorum, approverRole, assurance, fourEyes);
    }

    /** When it was asked. */
    public Instant requestedAt() {
        return requestedAt;
    }

    /** Until when an answer counts, exclusive. */
    public Instant expiresAt() {
        return expiresAt;
    }

    /** Where it stands. */
    public ApprovalState state() {
        return state;
    }

    /** Why, as a stable code. */
    public String code() {
        return code;
    }

    /** When it was resolved, by the database's clock; null while open. */
    public @Nullable Instant resolvedAt() {
        return resolvedAt;
    }

    /** Every answer so far, oldest first. */
    public List<Resolution> resolutions() {
        return List.copyOf(resolutions);
    }
}
