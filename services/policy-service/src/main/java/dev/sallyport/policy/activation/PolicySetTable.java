package dev.sallyport.policy.activation;

import dev.sallyport.policy.policyset.PolicySetCompiler;
import dev.sallyport.policy.policyset.SetDocument;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The tables {@code policy_set} and {@code policy_version}: what was uploaded, and which versions decisions name. */
@Component
class PolicySetTable {
    private static final String INSERT = """
            insert into policy_set (digest, name, files, bytes, authors, workspace_id)
            values (:digest, :name, :files::jsonb, :bytes, :authors, :workspace)
            on conflict (digest) do nothing""";

    private static final String FIND = """
            select digest, name, files, authors, uploaded_at from policy_set where digest = :digest""";

    private static final String LIST = """
            select s.digest, s.name, s.bytes, s.authors[1] as uploaded_by, s.uploaded_at, coalesce(s.digest = (
                select a.set_digest from policy_active p join policy_activation a using (position)), false) as active
            from policy_set s
            where cast(:after as bytea) is null or (s.uploaded_at, s.digest) < (
              select uploaded_at, digest from policy_set where digest = cast(:after as bytea))
            order by s.uploaded_at desc, s.digest desc limit :limit""";

    private static final String DELETE = "delete from policy_set where digest = :digest";

    private static final String LOCK = "select 1 from policy_set where digest = :digest for share";

    private static final String SEEN = """
            insert into policy_version (version, set_digest, engine) values (:version, :set, :engine)
            on conflict (version) do nothing""";

    private static final String SET_OF_VERSION = "select set_digest from policy_version where version = :version";

    private final JdbcClient jdbc;
    private final JsonMapper json = JsonMapper.builder().build();

    PolicySetTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Keeps a set, unless it is kept already. Answers whether it is new. */
    boolean keep(String name, SetDocument document, List<String> authors, String workspaceId) {
        return jdbc.sql(INSERT)
                        .param("digest", document.digest().bytes())
                        .param("name", name)
                        .param("files", json.writeValueAsString(document.files()))
                        .param("bytes", document.bytes())
                        .param("authors", authors.toArray(String[]::new))
                        .param("workspace", workspaceId)
                        .update()
                == 1;
    }

    Optional<StoredSet> find(Digest digest) {
        return jdbc.sql(FIND)
                .param("digest", digest.bytes())
                .query((rs, n) -> stored(rs))
                .optional();
    }

    /** Whether the set is there, which it then is until the end of the transaction. */
    boolean holds(Digest digest) {
        return jdbc.sql(LOCK)
                .param("digest", digest.bytes())
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    /** A page of the sets, the newest first. */
    Page<SetSummary> list(PageRequest page) {
        String after = page.after();
        List<SetSummary> found = jdbc.sql(LIST)
                .param("after", after == null ? null : cursor(after), Types.BINARY)
                .param("limit", page.oneMore())
                .query((rs, n) -> new SetSummary(
                        Digest.ofRaw(rs.getBytes("digest")),
                        rs.getString("name"),
                        rs.getInt("bytes"),
                        rs.getString("uploaded_by"),
                        time(rs, "uploaded_at"),
                        rs.getBoolean("active")))
                .list();
        return Page.of(found, page, set -> set.digest().hex());
    }

    void delete(Digest digest) {
        jdbc.sql(DELETE).param("digest", digest.bytes()).update();
    }

    /** Notes which set a version is of. */
    void seen(Digest version, @Nullable Digest set) {
        jdbc.sql(SEEN)
                .param("version", version.bytes())
                .param("set", set == null ? null : set.bytes(), Types.BINARY)
                .param("engine", PolicySetCompiler.engine())
                .update();
    }

    /** What a version is of; empty for an unknown one. */
    Optional<SetName> ofVersion(Digest version) {
        return jdbc.sql(SET_OF_VERSION)
                .param("version", version.bytes())
                .query((rs, n) -> {
                    byte[] set = rs.getBytes("set_digest");
                    return set == null ? SetName.BASELINE : new SetName(Digest.ofRaw(set));
                })
                .optional();
    }

    private static byte[] cursor(String after) {
        try {
            return new Digest(after).bytes();
        } catch (IllegalArgumentException _) {
            // A cursor that was never given leads behind everything.
            return new byte[32];
        }
    }

    private StoredSet stored(ResultSet rs) throws SQLException {
        TreeMap<String, String> files = json.readValue(rs.getString("files"), new TypeReference<>() {});
        return new StoredSet(
                Digest.ofRaw(rs.getBytes("digest")),
                rs.getString("name"),
                new SetDocument(files),
                List.of((String[]) rs.getArray("authors").getArray()),
                time(rs, "uploaded_at"));
    }

    static Instant time(ResultSet rs, String column) throws SQLException {
        return rs.getObject(column, OffsetDateTime.class).toInstant();
    }
}
