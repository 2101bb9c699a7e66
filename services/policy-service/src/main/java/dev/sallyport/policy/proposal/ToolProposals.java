package dev.sallyport.policy.proposal;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.data.repository.query.Param;

/** The calls. */
interface ToolProposals extends Repository<ToolProposal, String> {
    /** Stores a new one at once, so that rows of other tables can refer to it. */
    ToolProposal saveAndFlush(ToolProposal proposal);

    Optional<ToolProposal> findByProposalIdAndWorkspaceId(String proposalId, String workspaceId);

    Optional<ToolProposal> findByProposalId(String proposalId);

    /** The row, held until the transaction ends: transitions of one call follow one another. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select p from ToolProposal p where p.proposalId = :id")
    Optional<ToolProposal> lock(@Param("id") String proposalId);

    @Query("""
            select p from ToolProposal p
            where p.workspaceId = :workspace and p.principal = :principal and p.proposalId < :before
            order by p.proposalId desc""")
    List<ToolProposal> pageOf(
            @Param("workspace") String workspaceId,
            @Param("principal") String principal,
            @Param("before") String before,
            Limit limit);

    @Query("""
            select p from ToolProposal p
            where p.workspaceId = :workspace and p.proposalId < :before
            order by p.proposalId desc""")
    List<ToolProposal> page(@Param("workspace") String workspaceId, @Param("before") String before, Limit limit);

    Optional<ToolProposal> findByApprovalId(String approvalId);
}
