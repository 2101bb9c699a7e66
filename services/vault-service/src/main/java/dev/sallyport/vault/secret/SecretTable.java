package dev.sallyport.vault.secret;

import dev.sallyport.vault.keyring.KeyRing.Wrapped;
import dev.sallyport.vault.secret.SecretRow.Created;
import dev.sallyport.vault.secret.SecretRow.Head;
import dev.sallyport.vault.secret.SecretRow.Identity;
import dev.sallyport.vault.secret.SecretRow.Sealed;
import dev.sallyport.vault.secret.SecretRow.Version;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code secret} and {@code secret_version}. */
@Repository
class SecretTable {
    private static final String HEAD = """
            select secret_id, workspace_id, name, current_version, pointer_term, pointer_seal, created_at, created_by
            from secret\s""";

    private static final String VERSION = """
            select version, term, header, wrapped_key, sealed, hosts, deliveries, principals, channels, expires_at,
              reads_per_minute, created_at, created_by
            from secret_version\s""";

    private static final String FIND = HEAD + "where workspace_id = ? and name = ? and deleted_at is null";

    private static final String LOCK = FIND + " for update";

    private static final String OF_WORKSPACE =
            HEAD + "where workspace_id = ? and name > ? and deleted_at is null order by name limit ?";

    private static final String ENDING = HEAD + """
            where workspace_id = :workspace and deleted_at is null and (
              select expires_at from secret_version
              where secret_version.secret_id = secret.secret_id and version = current_version) <= :end
            order by (
              select expires_at from secret_version
              where secret_version.secret_id = secret.secret_id and version = current_version), name
            limit :limit""";

    private static final String ALL = HEAD + "where secret_id > ? and deleted_at is null order by secret_id limit ?";

    private static final String UNDER_OTHER_TERMS = HEAD + """
            where secret_id > :after and deleted_at is null
              and (pointer_term <> :active
                or secret_id in (select secret_id from secret_version where term <> :active))
            order by secret_id limit :limit""";

    private static final String ONE_VERSION = VERSION + "where secret_id = ? and version = ?";

    private static final String VERSIONS = VERSION + "where secret_id = ? order by version";

    private static final String INSERT = """
            insert into secret
              (secret_id, workspace_id, name, current_version, pointer_term, pointer_seal, created_at, created_by)
            values (?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String INSERT_VERSION = """
            insert into secret_version
              (secret_id, version, term, header, wrapped_key, sealed, hosts, deliveries, principals, channels,
               expires_at, reads_per_minute, created_at, created_by)
            values
              (:id, :version, :term, :header, :key, :value, :hosts, :deliveries, :principals, :channels,
               :expires, :reads, :at, :by)""";

    private static final String POINT =
            "update secret set current_version = ?, pointer_term = ?, pointer_seal = ? where secret_id = ?";

    private static final String REWRAP =
            "update secret_version set term = ?, wrapped_key = ? where secret_id = ? and version = ?";

    private static final String DESTROY_VERSIONS = """
            update secret_version set term = null, header = null, wrapped_key = null, sealed = null
            where secret_id = ?""";

    private static final String MARK_DELETED = "update secret set deleted_at = now() where secret_id = ?";

    private final JdbcClient jdbc;

    SecretTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Head> find(String workspaceId, String name) {
        return jdbc.sql(FIND).params(workspaceId, name).query(SecretTable::head).optional();
    }

    /** As {@link #find}, locked until the transaction ends. */
    Optional<Head> lock(String workspaceId, String name) {
        return jdbc.sql(LOCK).params(workspaceId, name).query(SecretTable::head).optional();
    }

    /** Up to {@code limit} secrets of a workspace whose names sort behind this one, by name. */
    List<Head> list(String workspaceId, String after, int limit) {
        return jdbc.sql(OF_WORKSPACE)
                .params(workspaceId, after, limit)
                .query(SecretTable::head)
                .list();
    }

    /** Up to {@code limit} secrets of a workspace whose current versions end by then, the earliest first. */
    List<Head> endingBy(String workspaceId, Instant end, int limit) {
        return jdbc.sql(ENDING)
                .param("workspace", workspaceId)
                .param("end", Timestamp.from(end))
                .param("limit", limit)
                .query(SecretTable::head)
                .list();
    }

    /** Up to {@code limit} secrets of all workspaces whose ids sort behind this one, by id. */
    List<Head> all(String after, int limit) {
        return jdbc.sql(ALL).params(after, limit).query(SecretTable::head).list();
    }

    /** As {@link #all}, of those that have something under another term than the active one. */
    List<Head> underOtherTerms(int active, String after, int limit) {
        return jdbc.sql(UNDER_OTHER_TERMS)
                .param("active", active)
                .param("after", after)
                .param("limit", limit)
                .query(SecretTable::head)
                .list();
    }

    Optional<Version> version(String secretId, int version) {
        return jdbc.sql(ONE_VERSION)
                .params(secretId, version)
                .query(SecretTable::version)
                .optional();
    }

    List<Version> versions(String secretId) {
        return jdbc.sql(VERSIONS).param(secretId).query(SecretTable::version).list();
    }

    void insert(Head head) {
        Identity id = head.id();
        jdbc.sql(INSERT)
                .params(
                        id.secretId(),
                        id.workspaceId(),
                        id.name(),
                        head.currentVersion(),
                        head.pointer().term(),
                        head.pointer().bytes(),
                        Timestamp.from(head.created().at()),
                        head.created().by())
                .update();
    }

    void point(String secretId, int currentVersion, Wrapped pointer) {
        jdbc.sql(POINT)
                .params(currentVersion, pointer.term(), pointer.bytes(), secretId)
                .update();
    }

    /** Stores a version that has just been sealed. */
    void insert(String secretId, Version version) {
        Sealed sealed = Objects.requireNonNull(version.sealed());
        SecretTerms terms = version.terms();
        Instant expiresAt = terms.expiresAt();
        jdbc.sql(INSERT_VERSION)
                .param("id", secretId)
                .param("version", version.version())
                .param("term", sealed.key().term())
                .param("header", sealed.header())
                .param("key", sealed.key().bytes())
                .param("value", sealed.value())
                .param("hosts", terms.hosts().toArray(String[]::new), Types.ARRAY)
                .param("deliveries", terms.deliveries().toArray(String[]::new), Types.ARRAY)
                .param("principals", terms.principals().toArray(String[]::new), Types.ARRAY)
                .param("channels", terms.channels().toArray(String[]::new), Types.ARRAY)
                .param("expires", expiresAt == null ? null : Timestamp.from(expiresAt), Types.TIMESTAMP)
                .param("reads", terms.readsPerMinute())
                .param("at", Timestamp.from(version.created().at()))
                .param("by", version.created().by())
                .update();
    }

    void rewrap(String secretId, int version, Wrapped key) {
        jdbc.sql(REWRAP).params(key.term(), key.bytes(), secretId, version).update();
    }

    /** Destroys every version of a secret. */
    void delete(String secretId) {
        jdbc.sql(DESTROY_VERSIONS).param(secretId).update();
        jdbc.sql(MARK_DELETED).param(secretId).update();
    }

    private static Head head(ResultSet row, int number) throws SQLException {
        return new Head(
                new Identity(text(row, "secret_id"), text(row, "workspace_id"), text(row, "name")),
                row.getInt("current_version"),
                new Wrapped(row.getInt("pointer_term"), row.getBytes("pointer_seal")),
                created(row));
    }

    private static Version version(ResultSet row, int number) throws SQLException {
        return new Version(row.getInt("version"), sealed(row), terms(row), created(row));
    }

    private static @Nullable Sealed sealed(ResultSet row) throws SQLException {
        byte[] value = row.getBytes("sealed");
        return value == null
                ? null
                : new Sealed(
                        row.getBytes("header"), new Wrapped(row.getInt("term"), row.getBytes("wrapped_key")), value);
    }

    private static SecretTerms terms(ResultSet row) throws SQLException {
        Timestamp expires = row.getTimestamp("expires_at");
        return new SecretTerms(
                texts(row, "hosts"),
                texts(row, "deliveries"),
                texts(row, "principals"),
                texts(row, "channels"),
                expires == null ? null : expires.toInstant(),
                row.getInt("reads_per_minute"));
    }

    private static Created created(ResultSet row) throws SQLException {
        return new Created(row.getTimestamp("created_at").toInstant(), text(row, "created_by"));
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return String.valueOf(row.getString(column));
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return Arrays.asList((String[]) row.getArray(column).getArray());
    }
}
