package dev.sallyport.approval.grant;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The tables {@code approval_grant}, {@code approval_grant_use} and {@code asked_call}. Their time is the database's. */
@Component
class GrantTable {
    private static final String COLUMNS = """
            workspace_id, id, answer, scope, approval_id, approver, principal, session_id, tool, tool_version, shown,
            pattern::text as pattern, given_at, ends_at, uses, used, revoked_at, revoked_by""";

    private static final String INSERT = """
            insert into approval_grant (workspace_id, id, approval_id, answer, scope, principal, session_id, tool,
              tool_version, approver, shown, pattern, arguments_mac, given, given_at, ends_at, uses)
            values (:workspace, :id, :approval, :answer, :scope, :principal, :session, :tool,
              :version, :approver, :shown, :pattern::jsonb, :mac, :given, :givenAt, :endsAt, :uses)""";

    private static final String LIVE = """
            select %s, arguments_mac, given from approval_grant
            where workspace_id = :workspace and principal = :principal and tool = :tool
              and revoked_at is null and ends_at > clock_timestamp() and used < uses
              and (scope = 'time' or session_id = :session)
            order by answer = 'denied' desc, id desc limit 200""".formatted(COLUMNS);

    private static final String HOLD = """
            select %s, given from approval_grant
            where workspace_id = :workspace and id = :id
              and revoked_at is null and ends_at > clock_timestamp() and used < uses
            for update""".formatted(COLUMNS);

    private static final String USE = """
            insert into approval_grant_use (workspace_id, grant_id, number, approval_id, stated)
            values (:workspace, :grant, :number, :approval, :stated)""";

    private static final String REVOKE = """
            update approval_grant set revoked_at = clock_timestamp(), revoked_by = :by
            where workspace_id = :workspace and id = :id and revoked_at is null
            returning %s""".formatted(COLUMNS);

    /** The rows in the order of their ids: two that lock in one order never wait for each other. */
    private static final String REVOKE_ALL = """
            update approval_grant g set revoked_at = clock_timestamp(), revoked_by = :by
            from (select workspace_id, id from approval_grant
              where workspace_id = :workspace and (approver = :who or principal = :who)
                and revoked_at is null and ends_at > clock_timestamp() and used < uses
              order by id for update) live
            where g.workspace_id = live.workspace_id and g.id = live.id
            returning g.*""";

    /** The answers by a revoked grant whose calls have not ended, as far as this service knows. */
    private static final String WITHDRAW = """
            update approval_grant_use u set withdrawal = :due from approval_record r
            where u.workspace_id = :workspace and u.grant_id = :id
              and r.workspace_id = u.workspace_id and r.id = u.approval_id and r.ended_at is null""";

    private static final String WITHDRAWALS_DUE = """
            select u.workspace_id, u.grant_id, u.number, u.stated, g.revoked_by from approval_grant_use u
            join approval_grant g on g.workspace_id = u.workspace_id and g.id = u.grant_id
            where u.withdrawal = 'due' and u.grant_id || '/' || u.number <> all(:later)
            order by u.grant_id, u.number limit :limit""";

    private static final String SETTLE = """
            update approval_grant_use set withdrawal = :state
            where workspace_id = :workspace and grant_id = :id and number = :number and withdrawal = 'due'""";

    private static final String FIND = """
            select %s from approval_grant where workspace_id = :workspace and id = :id""".formatted(COLUMNS);

    private static final String LIST = """
            select %s from approval_grant
            where workspace_id = :workspace and id < :olderThan
              and (:principal = '' or principal = :principal)
              and (not :live or (revoked_at is null and ends_at > clock_timestamp() and used < uses))
            order by id desc limit :limit""".formatted(COLUMNS);

    private static final String ASKED = """
            insert into asked_call (workspace_id, approval_id, principal, tool, session_id, arguments_mac, shown_mac)
            values (:workspace, :approval, :principal, :tool, :session, :mac, :shown)""";

    private static final String SHOWN = """
            select approval_id, shown_mac from asked_call
            where workspace_id = :workspace and approval_id = any (:ids) and shown_mac is not null""";

    private static final String COVERED = """
            select count(*) as calls, count(arguments_mac) as compared,
              count(*) filter (where arguments_mac = :mac) as covered from asked_call
            where workspace_id = :workspace and principal = :principal and tool = :tool
              and (:session = '' or session_id = :session)
              and asked_at > clock_timestamp() - interval '30 days'""";

    /** Whoever has the database has the key too, and could guess what was compared. */
    private static final String FORGET = """
            update approval_grant set shown = '',
              arguments_mac = sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'))
            where shown <> ''
              and least(ends_at, revoked_at) < clock_timestamp() - :seconds * interval '1 second'""";

    private static final String FORGET_ASKED = """
            update asked_call a set arguments_mac = null, shown_mac = null
            where a.arguments_mac is not null and a.asked_at < clock_timestamp() - :seconds * interval '1 second'
              and not exists (select from approval_record r
                where r.workspace_id = a.workspace_id and r.id = a.approval_id and (r.resolved_at is null
                  or r.resolved_at >= clock_timestamp() - :seconds * interval '1 second'))""";

    private static final String PRUNE =
            "delete from asked_call where asked_at < clock_timestamp() - interval '30 days'";

    private final JdbcClient jdbc;

    GrantTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A grant that answers, with what it compares and what its uses rest on. */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared as a whole
    record Live(Grant grant, byte[] mac, StatementRecord given) {}

    void insert(Grant grant, byte[] mac, StatementRecord given) {
        jdbc.sql(INSERT)
                .param("workspace", grant.workspaceId())
                .param("id", grant.id())
                .param("approval", grant.origin().approvalId())
                .param("answer", grant.answer().wire())
                .param("scope", grant.scope().wire())
                .param("principal", grant.origin().principal())
                .param("session", grant.origin().session())
                .param("tool", grant.origin().tool())
                .param("version", grant.origin().toolVersion())
                .param("approver", grant.origin().approver())
                .param("shown", grant.origin().shown())
                .param("pattern", grant.pattern().json().toString())
                .param("mac", mac)
                .param("given", given.encode())
                .param("givenAt", grant.givenAt().atOffset(ZoneOffset.UTC))
                .param("endsAt", grant.endsAt().atOffset(ZoneOffset.UTC))
                .param("uses", grant.uses())
                .update();
    }

    /** The grants that answer calls of this principal with this tool now: those that deny first, then the newest. */
    List<Live> live(String workspaceId, String principal, String tool, String session) {
        return jdbc.sql(LIVE)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .param("tool", tool)
                .param("session", session)
                .query((row, number) -> new Live(grant(row, number), row.getBytes("arguments_mac"), given(row)))
                .list();
    }

    /** Holds a grant's row until the transaction ends; empty if it answers no more. */
    Optional<GrantUse> hold(String workspaceId, String id) {
        return jdbc.sql(HOLD)
                .param("workspace", workspaceId)
                .param("id", id)
                .query((row, number) -> {
                    Grant grant = grant(row, number);
                    return new GrantUse(workspaceId, id, grant.used() + 1, grant.answer(), grant.scope(), given(row));
                })
                .optional();
    }

    void use(GrantUse use, String approvalId, StatementRecord stated) {
        jdbc.sql(USE)
                .param("workspace", use.workspaceId())
                .param("grant", use.grantId())
                .param("number", use.number())
                .param("approval", approvalId)
                .param("stated", stated.encode())
                .update();
    }

    Optional<Grant> revoke(String workspaceId, String id, String by) {
        return jdbc.sql(REVOKE)
                .param("workspace", workspaceId)
                .param("id", id)
                .param("by", by)
                .query(GrantTable::grant)
                .optional();
    }

    /** Revokes what answers now of what a person has given, or for a principal. */
    List<Grant> revokeAll(String workspaceId, String who, String by) {
        return jdbc.sql(REVOKE_ALL)
                .param("workspace", workspaceId)
                .param("who", who)
                .param("by", by)
                .query(GrantTable::grant)
                .list();
    }

    /** Notes that the answers by a revoked grant whose calls have not ended are to be taken back; how many there are. */
    int withdraw(String workspaceId, String id) {
        return jdbc.sql(WITHDRAW)
                .param("workspace", workspaceId)
                .param("id", id)
                .param("due", Withdrawal.State.DUE.wire())
                .update();
    }

    /** What is to be taken back, but for these. */
    List<Withdrawal> withdrawalsDue(Set<String> later, int limit) {
        return jdbc.sql(WITHDRAWALS_DUE)
                .param("later", later.toArray(String[]::new))
                .param("limit", limit)
                .query((row, _) -> new Withdrawal(
                        row.getString("workspace_id"),
                        row.getString("grant_id"),
                        row.getInt("number"),
                        row.getString("revoked_by"),
                        record(row.getBytes("stated"))))
                .list();
    }

    /** Notes what has become of a withdrawal that was due; false if somebody else has. */
    boolean settle(Withdrawal due, Withdrawal.State as) {
        return jdbc.sql(SETTLE)
                        .param("workspace", due.workspaceId())
                        .param("id", due.grantId())
                        .param("number", due.number())
                        .param("state", as.wire())
                        .update()
                == 1;
    }

    Optional<Grant> find(String workspaceId, String id) {
        return jdbc.sql(FIND)
                .param("workspace", workspaceId)
                .param("id", id)
                .query(GrantTable::grant)
                .optional();
    }

    List<Grant> list(String workspaceId, String principal, boolean live, String olderThan, int limit) {
        return jdbc.sql(LIST)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .param("live", live)
                .param("olderThan", olderThan)
                .param("limit", limit)
                .query(GrantTable::grant)
                .list();
    }

    void asked(
            String workspaceId,
            String approvalId,
            String principal,
            String tool,
            String session,
            byte[] mac,
            byte[] shown) {
        jdbc.sql(ASKED)
                .param("workspace", workspaceId)
                .param("approval", approvalId)
                .param("principal", principal)
                .param("tool", tool)
                .param("session", session)
                .param("mac", mac)
                .param("shown", shown)
                .update();
    }

    Map<String, Digest> shown(String workspaceId, Collection<String> approvalIds) {
        Map<String, Digest> shown = new HashMap<>();
        jdbc.sql(SHOWN)
                .param("workspace", workspaceId)
                .param("ids", approvalIds.toArray(String[]::new))
                .query(row -> {
                    shown.put(row.getString("approval_id"), Digest.ofRaw(row.getBytes("shown_mac")));
                });
        return shown;
    }

    /**
     * How many calls of the last 30 days had exactly these arguments, of those that are not forgotten; an empty session counts
     * those of all.
     */
    Coverage covered(String workspaceId, String principal, String tool, String session, byte[] mac) {
        return jdbc.sql(COVERED)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .param("tool", tool)
                .param("session", session)
                .param("mac", mac)
                .query((row, _) -> new Coverage(row.getLong("calls"), row.getLong("compared"), row.getLong("covered")))
                .single();
    }

    void forgetEndedBefore(Duration ago) {
        jdbc.sql(FORGET).param("seconds", ago.toSeconds()).update();
        jdbc.sql(FORGET_ASKED).param("seconds", ago.toSeconds()).update();
    }

    void prune() {
        jdbc.sql(PRUNE).update();
    }

    private static Grant grant(ResultSet row, int number) throws SQLException {
        return new Grant(
                row.getString("workspace_id"),
                row.getString("id"),
                WireName.find(Answer.class, row.getString("answer")).orElseThrow(),
                WireName.find(ApprovalScope.class, row.getString("scope")).orElseThrow(),
                new Grant.Origin(
                        row.getString("approval_id"),
                        row.getString("approver"),
                        row.getString("principal"),
                        row.getString("session_id"),
                        row.getString("tool"),
                        row.getString("tool_version"),
                        row.getString("shown")),
                ArgumentPattern.read(row.getString("pattern")),
                row.getObject("given_at", OffsetDateTime.class).toInstant(),
                row.getObject("ends_at", OffsetDateTime.class).toInstant(),
                row.getInt("uses"),
                row.getInt("used"),
                instant(row, "revoked_at"),
                row.getString("revoked_by"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }

    private static StatementRecord given(ResultSet row) throws SQLException {
        return record(row.getBytes("given"));
    }

    private static StatementRecord record(byte[] stored) {
        try {
            return StatementRecord.parse(stored);
        } catch (StatementRefusedException e) {
            throw new IllegalStateException("the record was stored as it had been signed", e);
        }
    }
}
