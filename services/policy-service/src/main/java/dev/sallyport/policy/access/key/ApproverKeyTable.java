package dev.sallyport.policy.access.key;

import dev.sallyport.statements.Digest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which keys of people count. */
@Component
public class ApproverKeyTable {
    private static final String BIND = """
            insert into approver_key (workspace_id, key, principal) values (:workspace, :key, :principal)
            on conflict do nothing""";

    /** A removal that overtook the enrolment leaves a row too, so that the key never counts. */
    private static final String REMOVE = """
            insert into approver_key (workspace_id, key, principal, removed_at)
            values (:workspace, :key, :principal, now())
            on conflict (workspace_id, key) do update set removed_at = now() where approver_key.removed_at is null""";

    private static final String REMOVE_ALL = """
            update approver_key set removed_at = now()
            where workspace_id = :workspace and principal = :principal and removed_at is null""";

    private static final String COUNTS = """
            select exists (select from approver_key
            where workspace_id = :workspace and key = :key and principal = :principal and removed_at is null)""";

    /** Also a removed one: otherwise whoever removes a person's keys could answer in their name without any. */
    private static final String EVER_HAD = """
            select exists (select from approver_key where workspace_id = :workspace and principal = :principal)""";

    private final JdbcClient jdbc;

    ApproverKeyTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Lets a key count for a person.
     *
     * @return false, without any change, for one that is known already; a removed one counts never again
     */
    public boolean bind(String workspaceId, Digest key, String principal) {
        return jdbc.sql(BIND)
                        .param("workspace", workspaceId)
                        .param("key", key.bytes())
                        .param("principal", principal)
                        .update()
                == 1;
    }

    /** Lets a key count no longer, and never again. */
    public void remove(String workspaceId, Digest key, String principal) {
        jdbc.sql(REMOVE)
                .param("workspace", workspaceId)
                .param("key", key.bytes())
                .param("principal", principal)
                .update();
    }

    /** Lets no key of a person count any longer. */
    public void removeAll(String workspaceId, String principal) {
        jdbc.sql(REMOVE_ALL)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .update();
    }

    /** Whether this key is this person's now. */
    public boolean counts(String workspaceId, Digest key, String principal) {
        return jdbc.sql(COUNTS)
                .param("workspace", workspaceId)
                .param("key", key.bytes())
                .param("principal", principal)
                .query(Boolean.class)
                .single();
    }

    /** Whether this person has a key, or had one that was removed. */
    public boolean everHad(String workspaceId, String principal) {
        return jdbc.sql(EVER_HAD)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .query(Boolean.class)
                .single();
    }
}
