package dev.sallyport.approval.record;

import dev.sallyport.approval.grant.GrantUse;
import dev.sallyport.approval.record.answer.ApprovalRefused;
import dev.sallyport.approval.record.answer.ApprovalRefused.Code;
import dev.sallyport.approval.record.answer.Approver;
import dev.sallyport.approval.record.answer.ByGrant;
import dev.sallyport.approval.record.answer.Proof;
import dev.sallyport.approval.record.answer.SubmittedAnswer;
import dev.sallyport.approval.record.page.QueuePosition;
import dev.sallyport.approval.record.question.Escalation;
import dev.sallyport.approval.record.question.Question;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.vocabulary.Assurance;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.Severity;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.BatchSize;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.Formula;
import org.jspecify.annotations.Nullable;

/**
 * One question to people and how it ended. It is resolved once: every way out of {@link ApprovalState#PENDING} is a
 * method here, each refuses when it is too late, too early or not this person's to take, and the table's triggers
 * refuse the same with the database's clock. Whoever changes a record holds the lock of its row.
 */
@Entity
@Table(name = "approval_record")
@DynamicUpdate
public class ApprovalRecord {
    @EmbeddedId
    private ApprovalKey key;

    @Embedded
    private Question question;

    private ApprovalState state;

    @Enumerated(EnumType.STRING)
    private ApprovalCode code;

    private @Nullable Instant resolvedAt;

    private @Nullable Instant escalatedAt;

    @Embedded
    private @Nullable CallEnd callEnd;

    @Embedded
    private @Nullable ByGrant byGrant;

    /** Set by the database's trigger at every change; queries go by it. */
    @Column(insertable = false, updatable = false)
    @SuppressWarnings("UnusedVariable")
    private @Nullable Instant changedAt;

    /** 1 for the most that may be at stake, 4 for the least. */
    @Formula("(case risk_level when 'critical' then 1 when 'high' then 2 when 'medium' then 3 else 4 end)")
    private int urgency;

    @OneToMany(mappedBy = "record", cascade = CascadeType.PERSIST)
    @OrderBy("answeredAt")
    @BatchSize(size = 200)
    private List<Resolution> resolutions = new ArrayList<>();

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected ApprovalRecord() {}

    /** An open record of this question. */
    ApprovalRecord(ApprovalKey key, Question question) {
        this.key = key;
        this.question = question;
        this.code = ApprovalCode.APPROVAL_PENDING;
        this.state = code.state();
    }

    /**
     * Takes one person's answer. Afterwards the record is denied, approved, or still open because others are needed too.
     *
     * @param proof what the person has shown beside who they are
     * @param now the database's clock
     * @throws ApprovalRefused if it does not count; nothing is changed then
     */
    void answer(Approver approver, SubmittedAnswer answer, Proof proof, Instant now) {
        ApprovalRefused never = whyNot(approver);
        if (never != null) {
            throw never;
        }
        refuseUnlessOpen();
        if (question.terms().areOver(now)) {
            throw new ApprovalRefused(Code.EXPIRED);
        }
        boolean unsigned = answer.verdict() == ApprovalResolved.Answer.APPROVED
                && obligations().assurance() == Assurance.KEY
                && proof.signature() == null;
        if (unsigned && (proof.mustSign() || !proof.fresh())) {
            throw new ApprovalRefused(proof.mustSign() ? Code.SIGNATURE_MISSING : Code.ASSURANCE_MISSING);
        }
        if (resolutions.stream().anyMatch(earlier -> earlier.approver().equals(approver.principal()))) {
            throw new ApprovalRefused(Code.ALREADY_ANSWERED);
        }
        if (!answer.promptDigest().equals(question.promptDigest())) {
            throw new ApprovalRefused(Code.PROMPT_DIGEST_MISMATCH);
        }
        if (answer.verdict() == ApprovalResolved.Answer.APPROVED
                && answer.partlySeen()
                && question.grounds().risk().level().compareTo(Severity.HIGH) >= 0) {
            throw new ApprovalRefused(Code.PARTLY_SEEN);
        }
        if (!question.terms().offer(answer.verdict(), answer.scope())) {
            throw new ApprovalRefused(Code.SCOPE_NOT_OFFERED);
        }
        // Further calls, and what is signed, rest on all of it.
        if (answer.verdict() == ApprovalResolved.Answer.APPROVED
                && (answer.further() != null || proof.signature() != null)
                && answer.partlySeen()) {
            throw new ApprovalRefused(Code.PARTLY_SEEN);
        }
        resolutions.add(new Resolution(this, approver, answer, proof, unsigned, now));
        switch (answer.verdict()) {
            case DENIED -> resolve(ApprovalCode.DENIED_BY_APPROVER, now);
            case APPROVED -> {
                if (resolutions.size() >= obligations().quorum()) {
                    resolve(ApprovalCode.APPROVED, now);
                }
            }
        }
    }

    /**
     * Takes the answer of a grant, with nobody asked.
     *
     * @param now the database's clock
     */
    void answer(GrantUse use, Instant now) {
        refuseUnlessOpen();
        byGrant = new ByGrant(use.grantId(), use.number());
        resolve(
                switch (use.answer()) {
                    case APPROVED -> ApprovalCode.APPROVED_BY_GRANT;
                    case DENIED -> ApprovalCode.DENIED_BY_GRANT;
                },
                now);
    }

    /** Whether this person may answer now. */
    boolean mayAnswer(Approver approver) {
        return state.open()
                && whyNot(approver) == null
                && resolutions.stream().noneMatch(earlier -> earlier.approver().equals(approver.principal()));
    }

    /** Why this person may not answer this question as it is asked by now, whatever its state; null if they may. */
    @Nullable
    ApprovalRefused whyNot(Approver approver) {
        if (!approver.workspaceId().equals(key.workspaceId())) {
            return new ApprovalRefused(Code.APPROVAL_NOT_FOUND);
        }
        if (approver.principal().equals(question.requester().principal())) {
            return new ApprovalRefused(Code.REQUESTER_MAY_NOT_ANSWER);
        }
        if (!approver.person()) {
            return new ApprovalRefused(Code.PERSON_REQUIRED);
        }
        if (obligations().fourEyes() && question.terms().holdAccountable(approver.principal())) {
            return new ApprovalRefused(Code.ACCOUNTABLE_MAY_NOT_ANSWER);
        }
        if (!question.terms().ask(approver.principal(), escalatedAt != null)) {
            return new ApprovalRefused(Code.GROUP_MISSING, question.terms().groupsInWords());
        }
        if (!obligations().approverRole().isMetBy(approver.roles())) {
            return new ApprovalRefused(
                    Code.ROLE_MISSING, obligations().approverRole().wire());
        }
        return null;
    }

    /**
     * Ends it as timed out, which is a denial.
     *
     * @param now the database's clock, not before the expiry
     */
    void timeOut(Instant now) {
        refuseUnlessOpen();
        if (!question.terms().areOver(now)) {
            throw new IllegalStateException(
                    "it can still be answered until " + question.terms().expiresAt());
        }
        resolve(ApprovalCode.APPROVAL_TIMED_OUT, now);
    }

    /**
     * Asks the next group too, if it is open, somebody is to be asked next, and they have not been yet.
     *
     * @param now the database's clock
     * @return false, without any change, if nobody is to be asked
     */
    boolean escalate(Instant now) {
        Escalation next = question.terms().escalation();
        if (!state.open() || escalatedAt != null || next == null || !next.isDue(now)) {
            return false;
        }
        escalatedAt = now;
        return true;
    }

    /** Closes it because its call has ended. */
    void cancel(Instant now) {
        refuseUnlessOpen();
        resolve(ApprovalCode.CALL_ENDED, now);
    }

    /**
     * Keeps what became of the call, and closes what is open. A call ends once; only that it is given up afterwards,
     * because nobody believes how it ended, replaces an earlier end.
     *
     * @return false, without any change, if its end is known already
     */
    boolean callEnded(CallEnd how, Instant now) {
        if (callEnd != null && (how.outcome() != CallOutcome.ABANDONED || callEnd.outcome() == CallOutcome.ABANDONED)) {
            return false;
        }
        callEnd = how;
        if (state.open()) {
            cancel(now);
        }
        return true;
    }

    private void refuseUnlessOpen() {
        if (!state.open()) {
            throw new ApprovalRefused(Code.ALREADY_RESOLVED, state.wire().replace('_', ' '));
        }
    }

    private void resolve(ApprovalCode as, Instant now) {
        code = as;
        state = as.state();
        resolvedAt = now;
    }

    private Obligations obligations() {
        return question.terms().obligations();
    }

    /** Which record it is. */
    public ApprovalKey key() {
        return key;
    }

    /** What was asked. */
    public Question question() {
        return question;
    }

    /** Its place in the queue. */
    String queuePosition() {
        return new QueuePosition(urgency, question.terms().expiresAt(), key.id()).toString();
    }

    /** Where it stands. */
    public ApprovalState state() {
        return state;
    }

    /** Why it stands there. */
    public ApprovalCode code() {
        return code;
    }

    /** When it was resolved, by the database's clock; null while open. */
    public @Nullable Instant resolvedAt() {
        return resolvedAt;
    }

    /** Since when the next group is asked too, by the database's clock; null as long as it is not. */
    public @Nullable Instant escalatedAt() {
        return escalatedAt;
    }

    /** The grant that answered it; null where people were asked. */
    public @Nullable ByGrant byGrant() {
        return byGrant;
    }

    /** What became of the call; null while nobody has said so. */
    public @Nullable CallEnd callEnd() {
        return callEnd;
    }

    /** Every person's answer so far, oldest first. */
    public List<Resolution> resolutions() {
        return List.copyOf(resolutions);
    }
}
