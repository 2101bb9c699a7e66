package dev.sallyport.approval.key;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.approver.ApproverKey;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.record.StatementRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The passkeys of people. */
@Component
public class PersonKeys {
    private static final String COLUMNS = """
            select workspace_id, key, principal, credential_id, rp_id, public_key, name, enrolment, binding, created_at,
                   removed_by
            from approver_key
            """;

    private static final String INSERT = """
            insert into approver_key (workspace_id, key, principal, credential_id, rp_id, public_key, name, enrolment)
            values (:workspace, :key, :principal, :credential, :rp, :public, :name, :enrolment)""";

    private static final String BIND = """
            update approver_key set binding = :binding, bound_at = clock_timestamp()
            where workspace_id = :workspace and key = :key and binding is null and removed_at is null""";

    private static final String REMOVE = """
            update approver_key set removed_at = clock_timestamp(), removed_by = :by
            where workspace_id = :workspace and key = :key and removed_at is null""";

    private static final String REMOVE_ALL = """
            update approver_key set removed_at = clock_timestamp(), removed_by = :by
            where workspace_id = :workspace and principal = :principal and removed_at is null""";

    private static final String OF_PERSON = COLUMNS + """
            where workspace_id = :workspace and principal = :principal and removed_at is null
            order by created_at""";

    /** A key that policy-service may know, also a removed one. */
    private static final String EVER_HAD = """
            select exists (select from approver_key
            where workspace_id = :workspace and principal = :principal
              and (binding is not null or removed_at is not null))""";

    private static final String BY_CREDENTIAL = COLUMNS + """
            where credential_id = :credential and binding is not null and removed_at is null""";

    private static final String BY_KEY = COLUMNS + "where workspace_id = :workspace and key = :key";

    private final JdbcClient jdbc;

    PersonKeys(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Keeps a key that was just made; false, without any change, if it or its credential is known already. */
    boolean insert(PersonKey key) {
        try {
            jdbc.sql(INSERT)
                    .param("workspace", key.workspaceId())
                    .param("key", key.key().key().bytes())
                    .param("principal", key.key().principal())
                    .param("credential", key.credentialId())
                    .param("rp", key.key().rpId())
                    .param("public", Base64.getDecoder().decode(key.key().publicKey()))
                    .param("name", key.name())
                    .param("enrolment", key.enrolment().encode())
                    .update();
            return true;
        } catch (DuplicateKeyException _) {
            return false;
        }
    }

    /**
     * Lets a key sign; without effect for one that signs already or was removed.
     *
     * @param binding policy-service's statement with the enrolment as evidence
     */
    public void bind(String workspaceId, Digest key, StatementRecord binding) {
        jdbc.sql(BIND)
                .param("workspace", workspaceId)
                .param("key", key.bytes())
                .param("binding", binding.encode())
                .update();
    }

    /** Takes a key away; false, without any change, for one that is not there. */
    boolean remove(String workspaceId, Digest key, String by) {
        return jdbc.sql(REMOVE)
                        .param("workspace", workspaceId)
                        .param("key", key.bytes())
                        .param("by", by)
                        .update()
                == 1;
    }

    /** Takes every key of somebody away who was removed from the workspace; the statement about that says it for all. */
    public void removeAll(String workspaceId, String principal, String by) {
        jdbc.sql(REMOVE_ALL)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .param("by", by)
                .update();
    }

    /** A person's keys but for removed ones, the oldest first. */
    public List<PersonKey> of(String workspaceId, String principal) {
        return jdbc.sql(OF_PERSON)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .query(PersonKeys::read)
                .list();
    }

    /** Those of them that sign. */
    public List<PersonKey> signing(String workspaceId, String principal) {
        return of(workspaceId, principal).stream()
                .filter(key -> key.state() == PersonKey.State.LIVE)
                .toList();
    }

    /** Whether a person has a key that signs, or had one that was removed. */
    public boolean everHad(String workspaceId, String principal) {
        return jdbc.sql(EVER_HAD)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .query(Boolean.class)
                .single();
    }

    /** The key with this credential, if it signs. */
    public Optional<PersonKey> byCredential(byte[] credentialId) {
        return jdbc.sql(BY_CREDENTIAL)
                .param("credential", credentialId)
                .query(PersonKeys::read)
                .optional();
    }

    /** A key, also a removed one. */
    public Optional<PersonKey> find(String workspaceId, Digest key) {
        return jdbc.sql(BY_KEY)
                .param("workspace", workspaceId)
                .param("key", key.bytes())
                .query(PersonKeys::read)
                .optional();
    }

    private static PersonKey read(ResultSet row, int number) throws SQLException {
        byte[] binding = row.getBytes("binding");
        return new PersonKey(
                row.getString("workspace_id"),
                new ApproverKey(
                        Digest.ofRaw(row.getBytes("key")),
                        row.getString("principal"),
                        row.getString("rp_id"),
                        Base64.getEncoder().encodeToString(row.getBytes("public_key"))),
                row.getBytes("credential_id"),
                row.getString("name"),
                record(row.getBytes("enrolment")),
                binding == null ? null : record(binding),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getString("removed_by"));
    }

    private static StatementRecord record(byte[] stored) {
        try {
            return StatementRecord.parse(stored);
        } catch (StatementRefusedException e) {
            throw new IllegalStateException("the statement was stored as it had been verified", e);
        }
    }
}
