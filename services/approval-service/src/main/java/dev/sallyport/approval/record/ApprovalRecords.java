package dev.sallyport.approval.record;

import dev.sallyport.statements.ProposalId;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.EntityGraph;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Stored records, and what others may read of them. */
interface ApprovalRecords extends Repository<ApprovalRecord, ApprovalKey> {
    /**
     * The records of all workspaces that wait for people.
     *
     * @param count how many there are
     * @param oldest when the oldest of them was requested; null when there is none
     */
    record Pending(long count, @Nullable Instant oldest) {}

    @EntityGraph(attributePaths = "resolutions")
    Optional<ApprovalRecord> findByKey(ApprovalKey key);

    @Query("select count(r) > 0 from ApprovalRecord r where r.key = ?1")
    boolean contains(ApprovalKey key);

    /** Locks the row until the transaction ends, so that answers to one request come one after the other. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select r from ApprovalRecord r where r.key = ?1")
    Optional<ApprovalRecord> lock(ApprovalKey key);

    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("""
            select r from ApprovalRecord r
            where r.key.workspaceId = ?1 and r.question.call.proposalId = ?2""")
    List<ApprovalRecord> lockAllOf(String workspaceId, ProposalId proposal);

    /** One page, newest first: ids are ULIDs, so their order is that of time. */
    @Query("""
            select r from ApprovalRecord r
            where r.key.workspaceId = ?1 and r.key.id < ?2 and r.state in ?3
              and (?4 = '' or r.question.call.tool = ?4)
              and (?5 = '' or r.question.requester.principal = ?5)
              and (?6 is null or r.question.call.proposalId = ?6)
              and (?7 = '' or exists (select 1 from Resolution a
                where a.key.workspaceId = ?1 and a.key.approvalId = r.key.id and a.key.approver = ?7))
              and coalesce(r.resolvedAt, r.question.terms.requestedAt) >= ?8
              and coalesce(r.resolvedAt, r.question.terms.requestedAt) < ?9
            order by r.key.id desc""")
    List<ApprovalRecord> page(
            String workspaceId,
            String olderThan,
            List<ApprovalState> states,
            String tool,
            String principal,
            @Nullable ProposalId proposal,
            String approver,
            Instant from,
            Instant to,
            Limit limit);

    /** One page of what is over, the newest end first; behind this position. */
    @Query("""
            select r from ApprovalRecord r
            where r.key.workspaceId = ?1 and r.state in ?4
              and (r.resolvedAt < ?2 or (r.resolvedAt = ?2 and r.key.id < ?3))
              and (?5 = '' or r.question.call.tool = ?5)
              and (?6 = '' or r.question.requester.principal = ?6)
              and (?7 = '' or exists (select 1 from Resolution a
                where a.key.workspaceId = ?1 and a.key.approvalId = r.key.id and a.key.approver = ?7))
              and r.resolvedAt >= ?8 and r.resolvedAt < ?9
            order by r.resolvedAt desc, r.key.id desc""")
    List<ApprovalRecord> history(
            String workspaceId,
            Instant olderThan,
            String orId,
            List<ApprovalState> states,
            String tool,
            String principal,
            String approver,
            Instant from,
            Instant to,
            Limit limit);

    /** What waits, the most at stake first, then what has the least time left; behind this position. */
    @Query("""
            select r from ApprovalRecord r
            where r.key.workspaceId = ?1 and r.state = PENDING
              and (?2 = '' or r.question.requester.principal = ?2)
              and (?6 = '' or r.question.call.tool = ?6)
              and (?7 = '' or r.question.requester.session = ?7)
              and (r.urgency > ?3 or (r.urgency = ?3 and (r.question.terms.expiresAt > ?4
                or (r.question.terms.expiresAt = ?4 and r.key.id > ?5))))
            order by r.urgency, r.question.terms.expiresAt, r.key.id""")
    List<ApprovalRecord> queue(
            String workspaceId,
            String principal,
            int urgency,
            Instant expiresAt,
            String id,
            String tool,
            String session,
            Limit limit);

    /** What waits and can be answered only until this moment, the least time left first. */
    @Query("""
            select r from ApprovalRecord r
            where r.key.workspaceId = ?1 and r.state = PENDING and r.question.terms.expiresAt between ?2 and ?3
            order by r.question.terms.expiresAt, r.key.id""")
    List<ApprovalRecord> expiring(String workspaceId, Instant now, Instant until, Limit limit);

    @Query("""
            select new dev.sallyport.approval.record.ApprovalChanged(r.key.workspaceId, r.key.id,
              r.question.call.proposalId, r.question.call.tool, r.question.summary, r.state, size(r.resolutions), r.escalatedAt, r.callEnd.outcome)
            from ApprovalRecord r where r.changedAt > ?1 order by r.changedAt desc""")
    List<ApprovalChanged> changedSince(Instant instant, Limit limit);

    @Query("""
            select r.key from ApprovalRecord r
            where r.state = PENDING and r.question.terms.expiresAt <= ?1 and r.key.id not in ?2
            order by r.question.terms.expiresAt""")
    List<ApprovalKey> due(Instant now, Set<String> later, Limit limit);

    @Query("""
            select r.key from ApprovalRecord r
            where r.state = PENDING and r.escalatedAt is null and r.question.terms.escalation.escalatesAt <= ?1
              and r.question.terms.expiresAt > ?1 and r.key.id not in ?2
            order by r.question.terms.escalation.escalatesAt""")
    List<ApprovalKey> escalating(Instant now, Set<String> later, Limit limit);

    @Query("""
            select new dev.sallyport.approval.record.ApprovalRecords$Pending(
              count(r), min(r.question.terms.requestedAt))
            from ApprovalRecord r where r.state = PENDING""")
    Pending pending();

    /** Forgets both lines about what was resolved before this moment. */
    @Modifying
    @Query("""
            update ApprovalRecord r set r.question.summary = '', r.question.command = ''
            where r.state <> PENDING and (r.question.summary <> '' or r.question.command <> '')
              and r.resolvedAt < ?1""")
    void forgetSummariesResolvedBefore(Instant moment);

    /** Forgets the words of those who answered what was resolved before this moment. */
    @Modifying
    @Query("""
            update Resolution a set a.reason = ''
            where a.reason <> '' and exists (select 1 from ApprovalRecord r
              where r.key.workspaceId = a.key.workspaceId and r.key.id = a.key.approvalId and r.resolvedAt < ?1)""")
    void forgetReasonsResolvedBefore(Instant moment);
}
