package dev.sallyport.executor.control;

import dev.sallyport.executor.claim.NodeOffer;
import dev.sallyport.executor.claim.Renewed;
import dev.sallyport.executor.claim.StopReason;
import dev.sallyport.executor.permit.PermittedCall;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.Freeze;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
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
              needs, permit_cut, permit_digest, permit_record, not_after)
            values (:id, 'permitted', :workspace, :principal, :session, :run, :pool, :runtime, :tier,
              :needs, :cut, :digest, :record, :not_after)
            on conflict (proposal_id) do update set
              pool = excluded.pool, runtime = excluded.runtime, tier = excluded.tier, needs = excluded.needs,
              permit_cut = excluded.permit_cut, permit_digest = excluded.permit_digest,
              permit_record = excluded.permit_record, not_after = excluded.not_after
            where execution.phase = 'permitted' and execution.permit_cut < excluded.permit_cut""";

    /**
     * The oldest call that the node may have. What it needs besides its kind of code and tier only decides who gets it:
     * where no present node that may take its session has all of that, any node takes the call and refuses it with the
     * reason, which is better than a call that waits until it expires.
     */
    private static final String LOCK_CLAIMABLE = """
            select e.proposal_id, e.permit_record, date_trunc('milliseconds', clock_timestamp()) as claimed_at
            from execution e
            where e.phase = 'permitted' and e.pool = :pool and e.runtime || '/' || e.tier in (:demands)
              and e.not_after > clock_timestamp()
              and not exists (select 1 from session_home h
                where h.workspace_id = e.workspace_id and h.principal = e.principal
                  and h.session = e.session and h.pool = e.pool and h.node <> :node)
              and (e.needs <@ cast(:has as text[]) or not exists (select 1 from node n
                where n.pool = e.pool and n.has @> array_append(e.needs, e.runtime || '/' || e.tier) and %s
                  and not exists (select 1 from session_home h
                    where h.workspace_id = e.workspace_id and h.principal = e.principal
                      and h.session = e.session and h.pool = e.pool and h.node <> n.spiffe_id)))
              and not exists (select 1 from freeze_in_force f where freeze_covers(
                f.scope, f.workspace_id, f.id, e.workspace_id, e.principal, e.session, e.run))
            order by e.created_at limit 1 for update of e skip locked""".formatted(NodeRegistry.PRESENT);

    private static final String TAKE_HOME = """
            insert into session_home (workspace_id, principal, session, pool, node)
            values (:workspace, :principal, :session, :pool, :node) on conflict do nothing""";

    private static final String HOME = """
            select node from session_home
            where workspace_id = :workspace and principal = :principal and session = :session and pool = :pool""";

    private static final String STARTED = """
            update execution set phase = 'running', node = :node, fence = :fence, claimed_at = :claimed,
              lease_until = clock_timestamp() + make_interval(secs => :lease), started_record = :record,
              started_digest = :digest
            where proposal_id = :id and phase = 'permitted'""";

    private static final String RENEW = """
            update execution set lease_until = clock_timestamp() + make_interval(secs => :lease)
            where proposal_id = :id and node = :node and fence = :fence and phase = 'running'
            returning stop_reason""";

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

    private static final String LOST = """
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

    private final JdbcClient jdbc;

    ExecutionTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A permitted call that a node is about to get. */
    @SuppressWarnings("ArrayRecordComponent") // a row
    record Claimable(String proposalId, byte[] permitRecord, Instant claimedAt) {}

    /** The start of a call: who claimed it when, and the statement that says so. */
    @SuppressWarnings("ArrayRecordComponent") // a row
    record Start(SpiffeId node, long fence, Instant claimedAt, byte[] record, Digest digest) {}

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
        jdbc.sql(PERMIT)
                .param("id", proposal.proposalId())
                .param("workspace", proposal.workspaceId())
                .param("principal", proposal.principal())
                .param("session", proposal.session())
                .param("run", proposal.run())
                .param("pool", permit.pool())
                .param("runtime", permit.runtime().kind().wire())
                .param("tier", permit.tier().name())
                .param("needs", array(NodeOffer.needs(permit)))
                .param("cut", permit.cut())
                .param("digest", call.digest().bytes())
                .param("record", record)
                .param("not_after", OffsetDateTime.ofInstant(permit.notAfter(), ZoneOffset.UTC))
                .update();
    }

    /** Locks the oldest call that the node may have, if there is one. */
    Optional<Claimable> lockClaimable(SpiffeId node, NodeOffer offer) {
        return jdbc.sql(LOCK_CLAIMABLE)
                .param("pool", node.pool())
                .param("node", node.toString())
                .param("demands", offer.demands())
                .param("has", array(offer.has()))
                .query((rs, n) -> new Claimable(
                        rs.getString("proposal_id"),
                        Objects.requireNonNull(rs.getBytes("permit_record")),
                        rs.getObject("claimed_at", OffsetDateTime.class).toInstant()))
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
        home(TAKE_HOME, proposal, node).param("node", node.toString()).update();
        return home(HOME, proposal, node).query(String.class).single().equals(node.toString());
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
                .update();
        if (rows != 1) {
            throw new IllegalStateException("a locked row changed");
        }
    }

    Renewed renew(String proposalId, SpiffeId node, long fence, Duration lease) {
        return jdbc.sql(RENEW)
                .param("id", proposalId)
                .param("node", node.toString())
                .param("fence", fence)
                .param("lease", seconds(lease))
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

    /** The call whose lease was lost first, these left out. */
    Optional<String> lost(Set<String> except) {
        return jdbc.sql(LOST).param("except", array(except)).query(String.class).optional();
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
        return jdbc.sql(FORGET).update();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static String[] array(Collection<String> values) {
        return values.toArray(String[]::new);
    }
}
