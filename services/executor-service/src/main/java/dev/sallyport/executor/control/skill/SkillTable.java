package dev.sallyport.executor.control.skill;

import dev.sallyport.executor.permit.PermittedCall;
import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.skills.pack.PublisherKey;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.skill.SkillState;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The tables {@code skill}, {@code skill_version}, {@code skill_package} and {@code skill_publisher}. */
@Repository
class SkillTable {
    private static final String LOCK = "select pg_advisory_xact_lock(hashtextextended('skills:' || :workspace, 0))";

    private static final String CLAIM_NAME = """
            insert into skill (workspace_id, skill_id, shape, publisher)
            values (:workspace, :skill, :shape, :publisher) on conflict do nothing""";

    private static final String OWNER_OF_NAME =
            "select skill_id from skill where workspace_id = :workspace and shape = :shape";

    private static final String KEEP_PACKAGE = """
            insert into skill_package (digest, archive) values (:digest, :archive) on conflict do nothing""";

    private static final String INSERT = """
            insert into skill_version
              (workspace_id, skill_id, version, package, manifest, signer, signature, state, reason, installed_by,
               changed_by)
            values (:workspace, :skill, :version, :package, :manifest, :signer, :signature, 'QUARANTINED', :reason, :actor,
              :actor)""";

    private static final String ADD_SIGNATURE = """
            update skill_version set signature = :signature
            where workspace_id = :workspace and package = :package and signature is null""";

    private static final String SIGNATURE =
            "select signer, signature from skill_version where workspace_id = :workspace and package = :package";

    private static final String VERSION = """
            select workspace_id, package, manifest, signer, state, reason, capabilities, enabled_change,
              installed_by, installed_at, changed_by, changed_at
            from skill_version where workspace_id = :workspace""";

    private static final String ALL = VERSION + " order by skill_id, installed_at, version";

    private static final String OF_SKILL = VERSION + " and skill_id = :skill order by installed_at, version";

    private static final String FIND = VERSION + " and skill_id = :skill and version = :version";

    private static final String ENABLED = VERSION + " and skill_id = :skill and state = 'ENABLED'";

    private static final String SIGNED_BY = VERSION + " and signer = :key and state <> 'REVOKED' order by skill_id";

    /**
     * Enabled versions whose last calls, so many, all ended within the hour as no answer: trapped, beyond a limit, too
     * late. Calls from before it was enabled do not count.
     */
    private static final String FAILING = """
            select v.workspace_id, v.package, v.manifest, v.signer, v.state, v.reason, v.capabilities, v.enabled_change,
              v.installed_by, v.installed_at, v.changed_by, v.changed_at
            from skill_version v
            where v.state = 'ENABLED' and (
              select count(*) = :calls and bool_and(last.outcome in (:failures)) from (
                select e.outcome from execution e
                where e.workspace_id = v.workspace_id and e.skill_package = v.package and e.phase = 'finished'
                  and e.ended_at > greatest(v.changed_at, now() - interval '1 hour')
                order by e.ended_at desc limit :calls) last)""";

    private static final String COUNT = "select count(*) from skill_version where workspace_id = :workspace";

    private static final String NEXT_CHANGE = """
            update skill set changes = changes + 1, current_version = :version
            where workspace_id = :workspace and skill_id = :skill returning changes""";

    private static final String CURRENT =
            "select current_version from skill where workspace_id = :workspace and skill_id = :skill";

    private static final String ENABLE = """
            update skill_version set state = 'ENABLED', reason = :reason, capabilities = :capabilities,
              enabled_change = :change, changed_by = :actor, changed_at = now()
            where workspace_id = :workspace and skill_id = :skill and version = :version""";

    private static final String CHANGE = """
            update skill_version set state = :state, reason = :reason, changed_by = :actor, changed_at = now()
            where workspace_id = :workspace and skill_id = :skill and version = :version""";

    private static final String PACKAGE = "select archive from skill_package where digest = :digest";

    /** Held until the end of the claim: whoever takes the version out of use waits, and then finds the call running. */
    private static final String MAY_START = """
            select v.version from skill_version v
            where v.workspace_id = :workspace and v.skill_id = :skill and v.version = :version and v.package = :package
              and v.state = 'ENABLED' and v.version || '+' || v.enabled_change = :tool_version
              and not exists (select 1 from skill_publisher p
                where p.workspace_id = v.workspace_id and p.key = v.signer and p.state = 'REVOKED')
            for share of v""";

    private static final String PUBLISHERS = """
            select publisher, key, state, changed_by, changed_at from skill_publisher
            where workspace_id = :workspace order by publisher, changed_at""";

    private static final String TRUST = """
            insert into skill_publisher (workspace_id, publisher, key, state, changed_by)
            values (:workspace, :publisher, :key, 'TRUSTED', :actor)""";

    private static final String REVOKE_KEY = """
            insert into skill_publisher (workspace_id, publisher, key, state, changed_by)
            values (:workspace, :publisher, :key, 'REVOKED', :actor)
            on conflict (workspace_id, publisher, key)
              do update set state = 'REVOKED', changed_by = excluded.changed_by, changed_at = now()""";

    private final JdbcClient jdbc;

    SkillTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Orders this transaction behind all others that change skills of the workspace. */
    void lock(String workspaceId) {
        jdbc.sql(LOCK).param("workspace", workspaceId).query((rs, n) -> n).list();
    }

    /** The skill whose name has this shape in the workspace: the given one, or another that was there before. */
    String claimName(String workspaceId, SkillManifest manifest) {
        String shape = manifest.id().replace('.', '_');
        jdbc.sql(CLAIM_NAME)
                .param("workspace", workspaceId)
                .param("skill", manifest.id())
                .param("shape", shape)
                .param("publisher", manifest.publisher())
                .update();
        return jdbc.sql(OWNER_OF_NAME)
                .param("workspace", workspaceId)
                .param("shape", shape)
                .query(String.class)
                .single();
    }

    void keepPackage(Digest digest, byte[] archive) {
        jdbc.sql(KEEP_PACKAGE)
                .param("digest", digest.bytes())
                .param("archive", archive)
                .update();
    }

    void insert(
            String workspaceId,
            SkillManifest manifest,
            byte[] manifestFile,
            Signed signed,
            String reason,
            String actor) {
        jdbc.sql(INSERT)
                .param("workspace", workspaceId)
                .param("skill", manifest.id())
                .param("version", manifest.version().text())
                .param("package", signed.packageDigest().bytes())
                .param("manifest", manifestFile)
                .param("signer", raw(signed.signer()))
                .param("signature", signed.signature())
                .param("reason", reason)
                .param("actor", actor)
                .update();
    }

    /**
     * A package, and whose signature it was installed with.
     *
     * @param signature bytes of its {@code signature.json}; null where it was installed before they were kept
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes as they lie in the row; never compared
    record Signed(Digest packageDigest, PublisherKey signer, byte @Nullable [] signature) {}

    /** Keeps the signature of a version that was installed before signatures were kept. */
    void addSignature(String workspaceId, Signed signed) {
        jdbc.sql(ADD_SIGNATURE)
                .param("workspace", workspaceId)
                .param("package", signed.packageDigest().bytes())
                .param("signature", signed.signature())
                .update();
    }

    /** With whose signature the workspace has installed the package. */
    Optional<Signed> signed(String workspaceId, Digest packageDigest) {
        return jdbc.sql(SIGNATURE)
                .param("workspace", workspaceId)
                .param("package", packageDigest.bytes())
                .query((rs, n) -> new Signed(packageDigest, key(rs.getBytes("signer")), rs.getBytes("signature")))
                .optional();
    }

    int count(String workspaceId) {
        return jdbc.sql(COUNT)
                .param("workspace", workspaceId)
                .query(Integer.class)
                .single();
    }

    List<SkillVersionRow> all(String workspaceId) {
        return jdbc.sql(ALL)
                .param("workspace", workspaceId)
                .query((rs, n) -> read(rs))
                .list();
    }

    List<SkillVersionRow> versions(String workspaceId, String skill) {
        return jdbc.sql(OF_SKILL)
                .param("workspace", workspaceId)
                .param("skill", skill)
                .query((rs, n) -> read(rs))
                .list();
    }

    Optional<SkillVersionRow> find(String workspaceId, String skill, String version) {
        return jdbc.sql(FIND)
                .param("workspace", workspaceId)
                .param("skill", skill)
                .param("version", version)
                .query((rs, n) -> read(rs))
                .optional();
    }

    Optional<SkillVersionRow> enabled(String workspaceId, String skill) {
        return jdbc.sql(ENABLED)
                .param("workspace", workspaceId)
                .param("skill", skill)
                .query((rs, n) -> read(rs))
                .optional();
    }

    /** The enabled versions of all workspaces that have failed so many times in a row. */
    List<SkillVersionRow> failing(int calls, Set<CallOutcome> failures) {
        return jdbc.sql(FAILING)
                .param("calls", calls)
                .param("failures", failures.stream().map(CallOutcome::name).toList())
                .query((rs, n) -> read(rs))
                .list();
    }

    /** The versions signed by this key that are not revoked. */
    List<SkillVersionRow> signedBy(String workspaceId, PublisherKey key) {
        return jdbc.sql(SIGNED_BY)
                .param("workspace", workspaceId)
                .param("key", raw(key))
                .query((rs, n) -> read(rs))
                .list();
    }

    /** Counts a publication about that version, which is then the one that publications are about. */
    long nextChange(SkillVersionRow row) {
        return jdbc.sql(NEXT_CHANGE)
                .param("workspace", row.workspaceId())
                .param("skill", row.skill())
                .param("version", row.version())
                .query(Long.class)
                .single();
    }

    /** Whether the version is the one that was enabled last. */
    boolean isCurrent(SkillVersionRow row) {
        return jdbc.sql(CURRENT)
                .param("workspace", row.workspaceId())
                .param("skill", row.skill())
                .query((rs, n) -> String.valueOf(rs.getString("current_version")))
                .list()
                .contains(row.version());
    }

    void enable(SkillVersionRow row, List<String> capabilities, long change, String reason, String actor) {
        of(ENABLE, row)
                .param("capabilities", capabilities.toArray(String[]::new))
                .param("change", change)
                .param("reason", reason)
                .param("actor", actor)
                .update();
    }

    void change(SkillVersionRow row, SkillState state, String reason, String actor) {
        of(CHANGE, row)
                .param("state", state.name())
                .param("reason", reason)
                .param("actor", actor)
                .update();
    }

    private JdbcClient.StatementSpec of(String sql, SkillVersionRow row) {
        return jdbc.sql(sql)
                .param("workspace", row.workspaceId())
                .param("skill", row.skill())
                .param("version", row.version());
    }

    Optional<byte[]> archive(Digest digest) {
        return jdbc.sql(PACKAGE)
                .param("digest", digest.bytes())
                .query(byte[].class)
                .optional();
    }

    /** Whether the version that the permit names is enabled as it was then; holds it so until the transaction ends. */
    boolean mayStart(PermittedCall call, PermittedSkill skill) {
        return !jdbc.sql(MAY_START)
                .param("workspace", call.proposal().workspaceId())
                .param("skill", skill.id())
                .param("version", skill.version())
                .param("package", skill.packageDigest().bytes())
                .param("tool_version", call.permit().toolVersion())
                .query(String.class)
                .list()
                .isEmpty();
    }

    List<Publisher> publishers(String workspaceId) {
        return jdbc.sql(PUBLISHERS)
                .param("workspace", workspaceId)
                .query((rs, n) -> new Publisher(
                        rs.getString("publisher"),
                        key(rs.getBytes("key")),
                        rs.getString("state").equals("REVOKED"),
                        rs.getString("changed_by"),
                        rs.getObject("changed_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    void trust(String workspaceId, String publisher, PublisherKey key, String actor) {
        publisher(TRUST, workspaceId, publisher, key, actor);
    }

    void revoke(String workspaceId, String publisher, PublisherKey key, String actor) {
        publisher(REVOKE_KEY, workspaceId, publisher, key, actor);
    }

    private void publisher(String sql, String workspaceId, String publisher, PublisherKey key, String actor) {
        jdbc.sql(sql)
                .param("workspace", workspaceId)
                .param("publisher", publisher)
                .param("key", raw(key))
                .param("actor", actor)
                .update();
    }

    private static byte[] raw(PublisherKey key) {
        return HexFormat.of().parseHex(key.hex());
    }

    private static PublisherKey key(byte[] raw) {
        return new PublisherKey(HexFormat.of().formatHex(raw));
    }

    private static SkillVersionRow read(ResultSet rs) throws SQLException {
        @Nullable Long enabledBy = rs.getObject("enabled_change", Long.class);
        return new SkillVersionRow(
                rs.getString("workspace_id"),
                SkillVersionRow.manifest(rs.getBytes("manifest")),
                Digest.ofRaw(rs.getBytes("package")),
                key(rs.getBytes("signer")),
                SkillState.valueOf(rs.getString("state")),
                rs.getString("reason"),
                List.of((String[]) rs.getArray("capabilities").getArray()),
                enabledBy,
                rs.getString("installed_by"),
                rs.getObject("installed_at", OffsetDateTime.class).toInstant(),
                rs.getString("changed_by"),
                rs.getObject("changed_at", OffsetDateTime.class).toInstant());
    }
}
