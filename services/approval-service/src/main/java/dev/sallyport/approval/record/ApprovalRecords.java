package dev.sallyport.approval.record;

import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.EntityGraph;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Stored records. */
interface ApprovalRecords extends Repository<ApprovalRecord, ApprovalKey> {

    /** Sends changes to the database now, so that its refusal comes before anything else is done. */
    void flush();

    @EntityGraph(attributePaths = "resolutions")
    Optional<ApprovalRecord> findByKey(ApprovalKey key);

    /** Locks the row until the transaction ends, so that answers to one request come one after the other. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select r from ApprovalRecord r where r.key = ?1")
    Optional<ApprovalRecord> lock(ApprovalKey key);

    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select r from ApprovalRecord r where r.key.workspaceId = ?1 and r.proposalId = ?2 and r.state = PENDING")
    List<ApprovalRecord> lockOpenOf(String workspaceId, String proposalId);

    /** One page, newest first: ids are ULIDs, so their order is that of time. */
    @Query("""
            select r from ApprovalRecord r
            where r.key.workspaceId = ?1 and r.key.id < ?2 and r.state in ?3
              and (?4 = '' or r.tool = ?4) and (?5 = '' or r.principal = ?5) and (?6 = '' or r.proposalId = ?6)
            order by r.key.id desc""")
    List<ApprovalRecord> page(
            String workspaceId,
            String before,
            List<ApprovalState> states,
            String tool,
            String principal,
            String proposalId,
            Limit limit);

    @Query("select r from ApprovalRecord r left join fetch r.resolutions where r.changedAt > ?1 order by r.changedAt")
    List<ApprovalRecord> changedSince(Instant instant);
}
