package dev.sallyport.approval.record;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.io.Serializable;

/**
 * Which record: the workspace comes first, so that no id of another one is ever found. Its columns are named here because
 * the answers' join goes by their names.
 *
 * @param workspaceId the workspace (ULID)
 * @param id the approval id (ULID)
 */
@Embeddable
public record ApprovalKey(
        @Column(name = "workspace_id") String workspaceId,
        @Column(name = "id") String id) implements Serializable {}
