package dev.sallyport.executor.control;

import dev.sallyport.executor.claim.ClaimRequest;
import dev.sallyport.executor.claim.NodeOffer;
import dev.sallyport.executor.claim.Renewed;
import dev.sallyport.executor.claim.StopReason;
import dev.sallyport.executor.permit.PermittedCall;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.Freeze;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code execution}. All deadlines are decided by the database's clock. */
@Repository
class ExecutionTable {
    /** Keeps the highest cut on a row that nobody has claimed or stopped. */
    private static final String PERMIT = """
            insert into execution (proposal_id, phase, workspace_id, principal, session, run, pool, runtime, tier,
              tool, needs, uses_workspace, skill_package, permit_cut, permit_digest, permit_record, not_after)
            values (:id, 'permitted', :workspace, :principal, :session, :run, :pool, :runtime, :tier,
              :tool, :needs, :uses_workspace, :skill_package, :cut, :digest, :record, :not_after)
            on conflict (proposal_id) do update set
              pool = excluded.pool, runtime = excluded.runtime, tier = excluded.tier, needs = excluded.needs,
              uses_workspace = excluded.uses_workspace, skill_package = excluded.skill_package,
              permit_cut = excluded.permit_cut, permit_digest = excluded.permit_digest,
              permit_record = excluded.permit_record, not_after = excluded.not_after
            where execution.phase = 'permitted' and execution.permit_cut < excluded.permit_cut""";

    /** One claim of a node at a time, so that what it holds can be counted. */
    private static final String LOCK_NODE = "select pg_advisory_xact_lock(hashtextextended(:node, 0))";

    /** Whether the session's workspace, of which {@code h} is the row, is given up, or its node away for too long. */
    private static final String LOST = """
            (h.given_up or exists (select 1 from node n where n.spiffe_id = h.node
              and n.last_seen < now() - make_interval(secs => :absence)
              and not exists (select 1 from execution r where r.phase = 'running' and r.node = n.spiffe_id
                and r.lease_until > clock_timestamp())))""";

    /**
     * The next call that the node may have: of the principal that has the fewest running, then of such a workspace, then
     * the oldest. One principal never has all the places of a node that has several, so that others need not wait for
     * the end of its calls. A node that has all the calls of a tool that it takes at a time is given no more of that tool.
     *
     * <p>What a call needs besides its kind of code and tier only decides who gets it: where no present node that may
     * take its session has all of that, any node takes the call and refuses it with the reason, which is better than a
     * call that waits until it expires. The same holds for a call whose session's workspace is lost.
     */
    private static final String LOCK_CLAIMABLE = """
            with running as (
              select workspace_id, principal, count(*) as calls, count(*) filter (where node = :node) as here
              from execution where phase = 'running' and pool = :pool group by workspace_id, principal),
            workspaces as (select workspace_id, sum(calls) as calls from running group by workspace_id),
            full_tools as (
              select l.tool from unnest(cast(:limited_tools as text[]), cast(:tool_limits as int[])) l (tool, most)
              where l.most <= (
                select count(*) from execution t where t.phase = 'running' and t.node = :node and t.tool = l.tool))
            select e.proposal_id, e.permit_record, date_trunc('milliseconds', clock_timestamp()) as claimed_at,
              h.node is not null and %2$s as workspace_lost
            from execution e
            left join running p on p.workspace_id = e.workspace_id and p.principal = e.principal
            left join workspaces w on w.workspace_id = e.workspace_id
            left join session_home h on e.uses_workspace and h.workspace_id = e.workspace_id
              and h.principal = e.principal and h.session = e.session and h.pool = e.pool
            where e.phase = 'permitted' and e.pool = :pool and e.runtime || '/' || e.tier in (:demands)
              and e.not_after > clock_timestamp()
              and coalesce(p.here, 0) < greatest(:capacity - 1, 1)
              and (select coalesce(sum(here), 0) from running) < :capacity
              and (e.tool is null or e.tool not in (select tool from full_tools))
              and (h.node is null or h.node = :node or %2$s)
              and (e.needs <@ cast(:has as text[]) or (h.node is not null and %2$s)
                or not exists (select 1 from node n
                  where n.pool = e.pool and n.drained_at is null and n.has @> array_append(e.needs, e.runtime || '/' || e.tier) and %1$s
                    and (h.node is null or h.node = n.spiffe_id)))
              and not exists (select 1 from node d where d.spiffe_id = :node and d.drained_at is not null)
              and not exists (select 1 from freeze_in_force f where freeze_covers(
                f.scope, f.workspace_id, f.id, e.workspace_id, e.principal, e.session, e.run))
            order by coalesce(p.calls, 0), coalesce(w.calls, 0), e.created_at
            limit 1 for update of e skip locked""".formatted(NodeRegistry.PRESENT, LOST);

    /** A claim that its node has neither received nor renewed, handed over again within its lease. */
    private static final String UNHEARD = """
            select permit_record, started_record, fence, workspace_lost,
              floor(extract(epoch from lease_until - clock_timestamp()) * 1000) as lease_ms
            from execution
            where phase = 'running' and node = :node and journal = :journal and not renewed
              and lease_until > clock_timestamp() + interval '1 second' and not (fence = any(:fences))
            order by fence limit 1""";

    /** The session's workspace is this node's unless it is another's; no row when it is another's. */
    private static final String TAKE_HOME = """
            insert into session_home (workspace_id, principal, session, pool, node)
            values (:workspace, :principal, :session, :pool, :node)
            on conflict (workspace_id, principal, session, pool) do update set last_used = now()
              where session_home.node = excluded.node
            returning node""";

    private static final String DROP_HOME = """
            delete from session_home
            where workspace_id = :workspace and principal = :principal and session = :session and pool = :pool""";

    private static final String GIVE_UP_HOMES = "update session_home set given_up = true where node = :node";

    private static final String STARTED = """
            update execution set phase = 'running', node = :node, fence = :fence, claimed_at = :claimed,
              lease_until = clock_timestamp() + make_interval(secs => :lease), started_record = :record,
              started_digest = :digest, journal = :journal, workspace_lost = :workspace_lost,
              hold_until = cast(:claimed as timestamptz) + make_interval(secs => :hold)
            where proposal_id = :id and phase = 'permitted'""";

    /** A node that renews for ever, or goes on after it was told to stop, must not keep a call open for ever. */
    private static final String RENEW = """
            update execution set lease_until = clock_timestamp() + make_interval(secs => :lease), renewed = true,
              stop_told_at = case when stop_reason is not null then coalesce(stop_told_at, clock_timestamp()) end
            where proposal_id = :id and node = :node and fence = :fence and phase = 'running'
              and clock_timestamp() < hold_until
              and (stop_told_at is null or clock_timestamp() < stop_told_at + make_interval(secs => :stop_grace))
            returning stop_reason""";

    /** The result that ended the call is not late, however often it comes. */
    private static final String LATE = """
            update execution set late_digest = :result
            where proposal_id = :id and phase = 'finished' and late_digest is null
              and result_digest is distinct from :result""";

    private static final String TAKEN = """
            select permit_digest, started_digest, result_digest from execution
            where proposal_id = :id and node = :node and permit_digest is not null and started_digest is not null""";

    private static final String FINISH = """
            update execution set phase = 'finished', outcome = :outcome, result_digest = :result,
              ended_at = clock_timestamp()
            where proposal_id = :id and fence = :fence and phase = 'running'""";

    private static final String STOP = """
            insert into execution (proposal_id, phase, stop_reason, ended_at)
            values (:id, 'stopped', :reason, clock_timestamp())
            on conflict (proposal_id) do update set phase = 'stopped',
              stop_reason = coalesce(execution.stop_reason, excluded.stop_reason),
              ended_at = coalesce(execution.ended_at, excluded.ended_at)
            where execution.phase in ('permitted', 'stopped')""";

    private static final String TELL_TO_STOP = """
            update execution set stop_reason = coalesce(stop_reason, :reason)
            where proposal_id = :id and phase = 'running'""";

    private static final String TELL_FROZEN = """
            update execution e set stop_reason = coalesce(stop_reason, 'FROZEN')
            where phase = 'running'
              and freeze_covers(:scope, :workspace, :id, workspace_id, principal, session, run)""";

    private static final String TELL_SKILL_STOPPED = """
            update execution set stop_reason = coalesce(stop_reason, 'SKILL_NOT_ENABLED')
            where phase = 'running' and workspace_id = :workspace and skill_package = :package""";

    private static final String LOST_LEASE = """
            select proposal_id from execution
            where phase = 'running' and lease_until < clock_timestamp() and proposal_id <> all (:except)
            order by lease_until limit 1""";

    private static final String LOCK_LOST = """
            select proposal_id, fence, permit_record, started_record from execution
            where proposal_id = :id and phase = 'running' and lease_until < clock_timestamp()
            for update skip locked""";

    private static final String ABANDON = """
            update execution set phase = 'finished', outcome = 'ABANDONED', ended_at = clock_timestamp()
            where proposal_id = :id and fence = :fence and phase = 'running'""";

    private static final String FORGET = """
            delete from execution where ended_at < now() - interval '7 days'
              or (phase = 'permitted' and not_after < now() - interval '7 days')""";

    /** The workspaces of sessions that nobody uses any more are not looked for for ever. */
    private static final String FORGET_HOMES = "delete from session_home where last_used < now() - interval '30 days'";

    private final JdbcClient jdbc;

    ExecutionTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A permitted call that a node is about to get.
     *
     * @param workspaceLost whether the node is to refuse it, since the session's workspace is lost
     */
    @SuppressWarnings("ArrayRecordComponent") // a row
    record Claimable(String proposalId, byte[] permitRecord, Instant claimedAt, boolean workspaceLost) {}

    /** A claim that its node never received. */
    @SuppressWarnings("ArrayRecordComponent") // a row
    record Unheard(byte[] permitRecord, byte[] startedRecord, long fence, Duration lease, boolean workspaceLost) {}

    /**
     * The start of a call: who claimed it when, and the statement that says so.
     *
     * @param journal the identity of the node's journal, null where it did not tell
     * @param longest how long after the claim the lease is renewed at most
     */
    @SuppressWarnings("ArrayRecordComponent") // a row
    record Start(
            SpiffeId node,
            long fence,
            Instant claimedAt,
            byte[] record,
            Digest digest,
            @Nullable String journal,
            boolean workspaceLost,
            Duration longest) {}

    /** A running call. */
    @SuppressWarnings("ArrayRecordComponent") // a row
    record Running(String proposalId, long fence, byte[] permitRecord, byte[] startedRecord) {
        /** The permit with what it rests on, as it came. */
        StatementRecord permit() {
            try {
                return StatementRecord.parse(permitRecord);
            } catch (StatementRefusedException e) {
                throw new IllegalStateException("a stored permit cannot be read: " + e.getMessage(), e);
            }
        }
    }

    /**
     * A call that a node has claimed.
     *
     * @param result digest of the result that took effect, null without one
     */
    record Taken(Digest permit, Digest started, @Nullable Digest result) {}

    /** Stores a permit; without effect on a call that has been claimed, stopped, or permitted by a later cut. */
    void permit(PermittedCall call, byte[] record) {
        ExecutionPermit permit = call.permit();
        Proposal proposal = call.proposal();
        PermittedSkill skill = permit.runtime().skill();
        jdbc.sql(PERMIT)
                .param("id", proposal.proposalId())
                .param("workspace", proposal.workspaceId())
                .param("principal", proposal.principal())
                .param("session", proposal.session())
                .param("run", proposal.run())
                .param("pool", permit.pool())
                .param("runtime", permit.runtime().kind().wire())
                .param("tier", permit.tier().name())
                .param("tool", proposal.tool())
                .param("needs", array(NodeOffer.needs(permit)))
                .param("uses_workspace", call.usesWorkspace())
                .param(
                        "skill_package",
                        skill == null ? null : skill.packageDigest().bytes(),
                        Types.BINARY)
                .param("cut", permit.cut())
                .param("digest", call.digest().bytes())
                .param("record", record)
                .param("not_after", OffsetDateTime.ofInstant(permit.notAfter(), ZoneOffset.UTC))
                .update();
    }

    /** Lets the node's other claims wait until the end of the transaction. */
    void lockNode(SpiffeId node) {
        jdbc.sql(LOCK_NODE).param("node", node.toString()).query((rs, n) -> n).list();
    }

    /** Locks the call that the node is to have next, if there is one. */
    Optional<Claimable> lockClaimable(
            SpiffeId node, NodeOffer offer, int capacity, Map<String, Integer> limits, Duration homeAbsence) {
        return jdbc.sql(LOCK_CLAIMABLE)
                .param("pool", node.pool())
                .param("node", node.toString())
                .param("demands", offer.demands())
                .param("has", array(offer.has()))
                .param("capacity", capacity)
                .param("limited_tools", limits.keySet().toArray(String[]::new))
                .param("tool_limits", limits.values().toArray(Integer[]::new))
                .param("absence", seconds(homeAbsence))
                .query((rs, n) -> new Claimable(
                        rs.getString("proposal_id"),
                        Objects.requireNonNull(rs.getBytes("permit_record")),
                        rs.getObject("claimed_at", OffsetDateTime.class).toInstant(),
                        rs.getBoolean("workspace_lost")))
                .optional();
    }

    /** The node's oldest claim that was lost on its way, if there is one. */
    Optional<Unheard> unheard(SpiffeId node, ClaimRequest.Held held) {
        return jdbc.sql(UNHEARD)
                .param("node", node.toString())
                .param("journal", held.journal())
                .param("fences", held.fences().toArray(Long[]::new))
                .query((rs, n) -> new Unheard(
                        Objects.requireNonNull(rs.getBytes("permit_record")),
                        Objects.requireNonNull(rs.getBytes("started_record")),
                        rs.getLong("fence"),
                        Duration.ofMillis(rs.getLong("lease_ms")),
                        rs.getBoolean("workspace_lost")))
                .optional();
    }

    long nextFence() {
        return jdbc.sql("select nextval('execution_fence')").query(Long.class).single();
    }

    /**
     * Whether that node holds the session's workspace, as it does from now on when none did. The first one stays: of
     * two that ask at once, the second waits for the first one's transaction.
     */
    boolean isHome(Proposal proposal, SpiffeId node) {
        return home(TAKE_HOME, proposal, node)
                .param("node", node.toString())
                .query(String.class)
                .optional()
                .isPresent();
    }

    /** The session has no workspace any more; its next call begins with a new one. */
    void dropHome(Proposal proposal, SpiffeId node) {
        home(DROP_HOME, proposal, node).update();
    }

    /** Gives up the workspaces of all sessions that a node holds; answers how many. */
    int giveUpHomes(SpiffeId node) {
        return jdbc.sql(GIVE_UP_HOMES).param("node", node.toString()).update();
    }

    private JdbcClient.StatementSpec home(String sql, Proposal proposal, SpiffeId node) {
        return jdbc.sql(sql)
                .param("workspace", proposal.workspaceId())
                .param("principal", proposal.principal())
                .param("session", proposal.session())
                .param("pool", node.pool());
    }

    void started(String proposalId, Start start, Duration lease) {
        int rows = jdbc.sql(STARTED)
                .param("id", proposalId)
                .param("node", start.node().toString())
                .param("fence", start.fence())
                .param("claimed", OffsetDateTime.ofInstant(start.claimedAt(), ZoneOffset.UTC))
                .param("lease", seconds(lease))
                .param("record", start.record())
                .param("digest", start.digest().bytes())
                .param("journal", start.journal(), Types.VARCHAR)
                .param("workspace_lost", start.workspaceLost())
                .param("hold", seconds(start.longest()))
                .update();
        if (rows != 1) {
            throw new IllegalStateException("a locked row changed");
        }
    }

    Renewed renew(String proposalId, SpiffeId node, long fence, LeaseTerms terms) {
        Duration lease = terms.lease();
        return jdbc.sql(RENEW)
                .param("id", proposalId)
                .param("node", node.toString())
                .param("fence", fence)
                .param("lease", seconds(lease))
                .param("stop_grace", seconds(terms.stopGrace()))
                .query((rs, n) -> renewed(lease, rs.getString("stop_reason")))
                .optional()
                .orElseGet(Renewed.Lost::new);
    }

    private static Renewed renewed(Duration lease, @Nullable String stop) {
        return stop == null ? new Renewed.Held(lease) : new Renewed.Stop(lease, StopReason.valueOf(stop));
    }

    /** The call, if that node has claimed it; whether it still holds the lease or not. */
    Optional<Taken> takenBy(SpiffeId node, String proposalId) {
        return jdbc.sql(TAKEN)
                .param("id", proposalId)
                .param("node", node.toString())
                .query((rs, n) -> {
                    byte[] result = rs.getBytes("result_digest");
                    return new Taken(
                            Digest.ofRaw(rs.getBytes("permit_digest")),
                            Digest.ofRaw(rs.getBytes("started_digest")),
                            result == null ? null : Digest.ofRaw(result));
                })
                .optional();
    }

    /** Ends a running call; false if the fence does not hold it any more. */
    boolean finish(String proposalId, long fence, CallOutcome outcome, Digest result) {
        int rows = jdbc.sql(FINISH)
                .param("id", proposalId)
                .param("fence", fence)
                .param("outcome", outcome.name())
                .param("result", result.bytes())
                .update();
        return rows == 1;
    }

    /** Notes the result of a call that had ended before; false if one was noted already. */
    boolean late(String proposalId, Digest result) {
        int rows = jdbc.sql(LATE)
                .param("id", proposalId)
                .param("result", result.bytes())
                .update();
        return rows == 1;
    }

    /** Stops a call that has not started, whether its permit has been seen or not; false if it has. */
    boolean stop(String proposalId, StopReason reason) {
        int rows = jdbc.sql(STOP)
                .param("id", proposalId)
                .param("reason", reason.name())
                .update();
        return rows == 1;
    }

    /** Has the node of a running call told to end it. */
    void tellToStop(String proposalId, StopReason reason) {
        jdbc.sql(TELL_TO_STOP)
                .param("id", proposalId)
                .param("reason", reason.name())
                .update();
    }

    /** Has the nodes of all running calls that a freeze covers told to end them. */
    int tellFrozen(Freeze freeze) {
        return jdbc.sql(TELL_FROZEN)
                .param("scope", freeze.scope().wire())
                .param("workspace", freeze.workspaceId())
                .param("id", freeze.id())
                .update();
    }

    /** Has the nodes of all running calls of a skill's version in a workspace told to end them. */
    void tellSkillStopped(String workspaceId, Digest packageDigest) {
        jdbc.sql(TELL_SKILL_STOPPED)
                .param("workspace", workspaceId)
                .param("package", packageDigest.bytes())
                .update();
    }

    /** The call whose lease was lost first, these left out. */
    Optional<String> lost(Set<String> except) {
        return jdbc.sql(LOST_LEASE)
                .param("except", array(except))
                .query(String.class)
                .optional();
    }

    /** Locks a call whose lease was lost; empty when it has ended, or another replica is ending it. */
    Optional<Running> lockLost(String proposalId) {
        return jdbc.sql(LOCK_LOST)
                .param("id", proposalId)
                .query((rs, n) -> new Running(
                        rs.getString("proposal_id"),
                        rs.getLong("fence"),
                        Objects.requireNonNull(rs.getBytes("permit_record")),
                        Objects.requireNonNull(rs.getBytes("started_record"))))
                .optional();
    }

    /** Ends a running call without a statement of this service. */
    void abandon(String proposalId, long fence) {
        jdbc.sql(ABANDON).param("id", proposalId).param("fence", fence).update();
    }

    /** Forgets calls, and with them their arguments, seven days after their end; answers how many. */
    int forget() {
        jdbc.sql(FORGET_HOMES).update();
        return jdbc.sql(FORGET).update();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static String[] array(Collection<String> values) {
        return values.toArray(String[]::new);
    }
}
