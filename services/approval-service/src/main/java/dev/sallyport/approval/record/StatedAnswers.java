package dev.sallyport.approval.record;

import dev.sallyport.statements.Digest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code stated_answer}: which statement says how a record ended. */
@Component
class StatedAnswers {
    private static final String INSERT =
            "insert into stated_answer (workspace_id, approval_id, digest) values (:workspace, :approval, :digest)";

    private static final String FIND = """
            select approval_id, digest from stated_answer
            where workspace_id = :workspace and approval_id = any(:approvals)""";

    private final JdbcClient jdbc;

    StatedAnswers(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void add(ApprovalKey key, Digest statement) {
        jdbc.sql(INSERT)
                .param("workspace", key.workspaceId())
                .param("approval", key.id())
                .param("digest", statement.bytes())
                .update();
    }

    /** The statements of these records by the records' ids, as far as there are any. */
    Map<String, Digest> find(String workspaceId, Collection<String> approvalIds) {
        Map<String, Digest> found = new LinkedHashMap<>();
        jdbc.sql(FIND)
                .param("workspace", workspaceId)
                .param("approvals", approvalIds.toArray(String[]::new))
                .query(row -> {
                    found.put(row.getString("approval_id"), Digest.ofRaw(row.getBytes("digest")));
                });
        return found;
    }
}
