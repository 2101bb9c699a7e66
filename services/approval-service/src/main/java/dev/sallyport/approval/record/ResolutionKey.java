package dev.sallyport.approval.record;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.io.Serializable;

/**
 * One person's answer to one request.
 *
 * @param workspaceId the workspace
 * @param approvalId the request
 * @param approver the person
 */
@Embeddable
record ResolutionKey(
        @Column(name = "workspace_id") String workspaceId,
        @Column(name = "approval_id") String approvalId,
        @Column(name = "approver") String approver)
        implements Serializable {}
