package dev.sallyport.approval.record;

import java.time.Instant;
import java.util.Optional;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Stored requests, each read by its key. */
interface SignedRequests extends Repository<SignedRequest, ApprovalKey> {
    Optional<SignedRequest> findByKey(ApprovalKey key);

    /** Forgets the prompts of what was resolved before this moment. */
    @Modifying
    @Query("""
            update SignedRequest s set s.prompt = null
            where s.prompt is not null
              and exists (select 1 from ApprovalRecord r where r.key = s.key and r.resolvedAt < ?1)""")
    void forgetPromptsResolvedBefore(Instant moment);
}
