package dev.sallyport.approval.record;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Stored requests, each read by its key. */
interface SignedRequests extends Repository<SignedRequest, ApprovalKey> {
    Optional<SignedRequest> findByKey(ApprovalKey key);

    /** The requests, with their prompts still kept, of this principal's calls with this tool, the newest first. */
    @Query("""
            select s from SignedRequest s, ApprovalRecord r
            where r.key = s.key and s.prompt is not null
              and r.key.workspaceId = ?1 and r.question.requester.principal = ?2 and r.question.call.tool = ?3
              and (?4 = '' or r.question.requester.session = ?4)
              and r.question.terms.requestedAt > ?5
            order by r.key.id desc""")
    List<SignedRequest> withPromptsOf(
            String workspaceId, String principal, String tool, String session, Instant since, Limit limit);

    /** Forgets the prompts of what was resolved before this moment. */
    @Modifying
    @Query("""
            update SignedRequest s set s.prompt = null
            where s.prompt is not null
              and exists (select 1 from ApprovalRecord r where r.key = s.key and r.resolvedAt < ?1)""")
    void forgetPromptsResolvedBefore(Instant moment);
}
