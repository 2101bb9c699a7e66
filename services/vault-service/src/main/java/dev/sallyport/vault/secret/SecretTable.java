package dev.sallyport.vault.secret;

import dev.sallyport.vault.keyring.KeyRing.Wrapped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code secret} and {@code secret_version}. */
@Repository
class SecretTable {
    private static final String HEAD =
            "select secret_id, workspace_id, name, current_version, pointer_term, pointer_seal, created_at, created_by from secret ";
    private static final String VERSION = """
            select secret_id, version, term, header, wrapped_key, sealed, hosts, deliveries, principals, channels,
              expires_at, reads_per_minute, created_at, created_by from secret_version\s""";

    private final JdbcClient jdbc;

    SecretTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<SecretRow.Head> find(String workspaceId, String name) {
        return jdbc.sql(HEAD + "where workspace_id = ? and name = ? and deleted_at is null")
                .params(workspaceId, name)
                .query(SecretTable::head)
                .optional();
    }

    /** As {@link #find}, held until the transaction ends. */
    Optional<SecretRow.Head> lock(String workspaceId, String name) {
        return jdbc.sql(HEAD + "where workspace_id = ? and name = ? and deleted_at is null for update")
                .params(workspaceId, name)
                .query(SecretTable::head)
                .optional();
    }

    /** Up to {@code limit} secrets of a workspace behind this name, by name. */
    List<SecretRow.Head> list(String workspaceId, String after, int limit) {
        return jdbc.sql(HEAD + "where workspace_id = ? and name > ? and deleted_at is null order by name limit ?")
                .params(workspaceId, after, limit)
                .query(SecretTable::head)
                .list();
    }

    /** Up to {@code limit} secrets of all workspaces behind this id, by id. */
    List<SecretRow.Head> all(String after, int limit) {
        return jdbc.sql(HEAD + "where secret_id > ? and deleted_at is null order by secret_id limit ?")
                .params(after, limit)
                .query(SecretTable::head)
                .list();
    }

    Optional<SecretRow.Version> version(String secretId, int version) {
        return jdbc.sql(VERSION + "where secret_id = ? and version = ?")
                .params(secretId, version)
                .query(SecretTable::version)
                .optional();
    }

    List<SecretRow.Version> versions(String secretId) {
        return jdbc.sql(VERSION + "where secret_id = ? order by version")
                .param(secretId)
                .query(SecretTable::version)
                .list();
    }

    void insert(SecretRow.Head head) {
        jdbc.sql("""
                        insert into secret (secret_id, workspace_id, name, current_version, pointer_term, pointer_seal,
                          created_at, created_by) values (?, ?, ?, ?, ?, ?, ?, ?)""")
                .params(
                        head.secretId(),
                        head.workspaceId(),
                        head.name(),
                        head.currentVersion(),
                        head.pointer().term(),
                        head.pointer().bytes(),
                        Timestamp.from(head.createdAt()),
                        head.createdBy())
                .update();
    }

    void point(String secretId, int currentVersion, Wrapped pointer) {
        jdbc.sql("update secret set current_version = ?, pointer_term = ?, pointer_seal = ? where secret_id = ?")
                .params(currentVersion, pointer.term(), pointer.bytes(), secretId)
                .update();
    }

    void insert(SecretRow.Version version, SecretRow.Sealed sealed) {
        SecretTerms terms = version.terms();
        jdbc.sql("""
                        insert into secret_version (secret_id, version, term, header, wrapped_key, sealed, hosts,
                          deliveries, principals, channels, expires_at, reads_per_minute, created_at, created_by)
                        values (:id, :version, :term, :header, :key, :value, :hosts, :deliveries, :principals, :channels,
                          :expires, :reads, :at, :by)""")
                .param("id", version.secretId())
                .param("version", version.version())
                .param("term", sealed.key().term())
                .param("header", sealed.header())
                .param("key", sealed.key().bytes())
                .param("value", sealed.value())
                .param("hosts", terms.hosts().toArray(String[]::new), Types.ARRAY)
                .param("deliveries", terms.deliveries().toArray(String[]::new), Types.ARRAY)
                .param("principals", terms.principals().toArray(String[]::new), Types.ARRAY)
                .param("channels", terms.channels().toArray(String[]::new), Types.ARRAY)
                .param("expires", timestamp(terms.expiresAt()), Types.TIMESTAMP)
                .param("reads", terms.readsPerMinute())
                .param("at", Timestamp.from(version.createdAt()))
                .param("by", version.createdBy())
                .update();
    }

    void rewrap(String secretId, int version, Wrapped key) {
        jdbc.sql("update secret_version set term = ?, wrapped_key = ? where secret_id = ? and version = ?")
                .params(key.term(), key.bytes(), secretId, version)
                .update();
    }

    /** Destroys every version of a secret. */
    void delete(String secretId) {
        jdbc.sql("""
                        update secret_version set term = null, header = null, wrapped_key = null, sealed = null
                        where secret_id = ?""").param(secretId).update();
        jdbc.sql("update secret set deleted_at = now() where secret_id = ?")
                .param(secretId)
                .update();
    }

    private static SecretRow.Head head(ResultSet rs, int n) throws SQLException {
        return new SecretRow.Head(
                text(rs, "secret_id"),
                text(rs, "workspace_id"),
                text(rs, "name"),
                rs.getInt("current_version"),
                new Wrapped(rs.getInt("pointer_term"), rs.getBytes("pointer_seal")),
                rs.getTimestamp("created_at").toInstant(),
                text(rs, "created_by"));
    }

    private static SecretRow.Version version(ResultSet rs, int n) throws SQLException {
        byte[] value = rs.getBytes("sealed");
        SecretRow.Sealed sealed = value == null
                ? null
                : new SecretRow.Sealed(
                        rs.getBytes("header"), new Wrapped(rs.getInt("term"), rs.getBytes("wrapped_key")), value);
        Timestamp expires = rs.getTimestamp("expires_at");
        return new SecretRow.Version(
                text(rs, "secret_id"),
                rs.getInt("version"),
                sealed,
                new SecretTerms(
                        texts(rs, "hosts"),
                        texts(rs, "deliveries"),
                        texts(rs, "principals"),
                        texts(rs, "channels"),
                        expires == null ? null : expires.toInstant(),
                        rs.getInt("reads_per_minute")),
                rs.getTimestamp("created_at").toInstant(),
                text(rs, "created_by"));
    }

    private static String text(ResultSet rs, String column) throws SQLException {
        return String.valueOf(rs.getString(column));
    }

    private static List<String> texts(ResultSet rs, String column) throws SQLException {
        return Arrays.asList((String[]) rs.getArray(column).getArray());
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }
}
