package dev.sallyport.executor.control;

import dev.sallyport.executor.permit.PermittedCall;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.Freeze;
import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Proposal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code execution}. All deadlines are decided by the database's clock. */
@Repository
class ExecutionTable {

    private final JdbcClient jdbc;

    ExecutionTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A permitted call that a node is about to get. */
    @SuppressWarnings("ArrayRecordComponent") // a row
    record Claimable(String proposalId, byte[] permitRecord, Instant claimedAt) {}

    /** A running call. */
    @SuppressWarnings("ArrayRecordComponent") // a row
    record Running(String proposalId, byte[] startedRecord) {}

    /** What is known of a call that has a permit. */
    @SuppressWarnings("ArrayRecordComponent") // a row
    record Row(
            String phase,
            @Nullable String node,
            @Nullable Long fence,
            byte @Nullable [] permitDigest,
            byte @Nullable [] startedDigest,
            byte @Nullable [] resultDigest) {}

    /** Keeps the highest cut on a row that nobody has claimed or stopped. */
    void permit(PermittedCall call, byte[] record) {
        ExecutionPermit permit = call.permit();
        Proposal proposal = call.proposal();
        jdbc.sql("""
                        insert into execution (proposal_id, phase, workspace_id, principal, session, run, pool, tier,
                          permit_cut, permit_digest, permit_record, not_after)
                        values (:id, 'permitted', :workspace, :principal, :session, :run, :pool, :tier,
                          :cut, :digest, :record, :not_after)
                        on conflict (proposal_id) do update set
                          pool = excluded.pool, tier = excluded.tier, permit_cut = excluded.permit_cut,
                          permit_digest = excluded.permit_digest, permit_record = excluded.permit_record,
                          not_after = excluded.not_after
                        where execution.phase = 'permitted' and execution.permit_cut < excluded.permit_cut""")
                .param("id", proposal.proposalId())
                .param("workspace", proposal.workspaceId())
                .param("principal", proposal.principal())
                .param("session", proposal.session())
                .param("run", proposal.run())
                .param("pool", permit.pool())
                .param("tier", permit.tier().name())
                .param("cut", permit.cut())
                .param("digest", call.digest().bytes())
                .param("record", record)
                .param("not_after", OffsetDateTime.ofInstant(permit.notAfter(), ZoneOffset.UTC))
                .update();
    }

    /** Locks the oldest call that the node may have, if there is one. */
    Optional<Claimable> lockClaimable(String pool, String node, Collection<String> tiers) {
        return jdbc.sql("""
                        select e.proposal_id, e.permit_record, date_trunc('milliseconds', clock_timestamp()) as claimed_at
                        from execution e
                        where e.phase = 'permitted' and e.pool = :pool and e.tier in (:tiers)
                          and e.not_after > clock_timestamp()
                          and not exists (select 1 from session_home h
                            where h.workspace_id = e.workspace_id and h.principal = e.principal
                              and h.session = e.session and h.pool = e.pool and h.node <> :node)
                          and not exists (select 1 from freeze_in_force f where freeze_covers(
                            f.scope, f.workspace_id, f.id, e.workspace_id, e.principal, e.session, e.run))
                        order by e.created_at limit 1 for update of e skip locked""")
                .param("pool", pool)
                .param("node", node)
                .param("tiers", tiers)
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
     * Whether that node holds the session's workspace, as it does from now on when none did. The first one stays: of two
     * that ask at once, the second waits for the first one's transaction.
     */
    boolean isHome(Proposal proposal, String pool, String node) {
        jdbc.sql("""
                        insert into session_home (workspace_id, principal, session, pool, node)
                        values (:workspace, :principal, :session, :pool, :node) on conflict do nothing""")
                .param("workspace", proposal.workspaceId())
                .param("principal", proposal.principal())
                .param("session", proposal.session())
                .param("pool", pool)
                .param("node", node)
                .update();
        return jdbc.sql("""
                        select node from session_home
                        where workspace_id = :workspace and principal = :principal and session = :session
                          and pool = :pool""")
                .param("workspace", proposal.workspaceId())
                .param("principal", proposal.principal())
                .param("session", proposal.session())
                .param("pool", pool)
                .query(String.class)
                .single()
                .equals(node);
    }

    void started(
            String proposalId,
            String node,
            long fence,
            Instant claimedAt,
            Duration lease,
            byte[] record,
            Digest digest) {
        int rows = jdbc.sql("""
                        update execution set phase = 'running', node = :node, fence = :fence, claimed_at = :claimed,
                          lease_until = clock_timestamp() + make_interval(secs => :lease), started_record = :record,
                          started_digest = :digest
                        where proposal_id = :id and phase = 'permitted'""")
                .param("id", proposalId)
                .param("node", node)
                .param("fence", fence)
                .param("claimed", OffsetDateTime.ofInstant(claimedAt, ZoneOffset.UTC))
                .param("lease", lease.toMillis() / 1000.0)
                .param("record", record)
                .param("digest", digest.bytes())
                .update();
        if (rows != 1) {
            throw new IllegalStateException("a locked row changed");
        }
    }

    /** Renews; empty if the lease is not held. The answer's own emptiness: no stop. */
    Optional<Optional<String>> renew(String proposalId, String node, long fence, Duration lease) {
        return jdbc.sql("""
                        update execution set lease_until = clock_timestamp() + make_interval(secs => :lease)
                        where proposal_id = :id and node = :node and fence = :fence and phase = 'running'
                        returning coalesce(stop_reason, '') as stop""")
                .param("id", proposalId)
                .param("node", node)
                .param("fence", fence)
                .param("lease", lease.toMillis() / 1000.0)
                .query((rs, n) -> Optional.of(rs.getString("stop")).filter(stop -> !stop.isEmpty()))
                .optional();
    }

    Optional<Row> row(String proposalId) {
        return jdbc.sql("""
                        select phase, node, fence, permit_digest, started_digest, result_digest
                        from execution where proposal_id = :id""")
                .param("id", proposalId)
                .query((rs, n) -> new Row(
                        rs.getString("phase"),
                        rs.getString("node"),
                        rs.getObject("fence", Long.class),
                        rs.getBytes("permit_digest"),
                        rs.getBytes("started_digest"),
                        rs.getBytes("result_digest")))
                .optional();
    }

    /** Ends a running call; false if the fence does not hold it any more. */
    boolean finish(String proposalId, long fence, CallOutcome outcome, Digest result) {
        return jdbc.sql("""
                        update execution set phase = 'finished', outcome = :outcome, result_digest = :result,
                          ended_at = clock_timestamp()
                        where proposal_id = :id and fence = :fence and phase = 'running'""")
                        .param("id", proposalId)
                        .param("fence", fence)
                        .param("outcome", outcome.name())
                        .param("result", result.bytes())
                        .update()
                == 1;
    }

    /** Stops a call that has not started, whether its permit has been seen or not; false if it has. */
    boolean stop(String proposalId, String reason) {
        return jdbc.sql("""
                        insert into execution (proposal_id, phase, stop_reason, ended_at)
                        values (:id, 'stopped', :reason, clock_timestamp())
                        on conflict (proposal_id) do update set phase = 'stopped',
                          stop_reason = coalesce(execution.stop_reason, excluded.stop_reason),
                          ended_at = coalesce(execution.ended_at, excluded.ended_at)
                        where execution.phase in ('permitted', 'stopped')""").param("id", proposalId).param("reason", reason).update() == 1;
    }

    /** Has the node of a running call told to end it. */
    void tellToStop(String proposalId, String reason) {
        jdbc.sql("""
                        update execution set stop_reason = coalesce(stop_reason, :reason)
                        where proposal_id = :id and phase = 'running'""").param("id", proposalId).param("reason", reason).update();
    }

    /** Has the nodes of all running calls that a freeze covers told to end them. */
    int tellFrozen(Freeze freeze) {
        return jdbc.sql("""
                        update execution e set stop_reason = coalesce(stop_reason, 'FROZEN')
                        where phase = 'running'
                          and freeze_covers(:scope, :workspace, :id, workspace_id, principal, session, run)""")
                .param("scope", freeze.scope().wire())
                .param("workspace", freeze.workspaceId())
                .param("id", freeze.id())
                .update();
    }

    /** Locks a call whose lease is lost. */
    List<Running> lockLost() {
        return jdbc.sql("""
                        select proposal_id, started_record from execution
                        where phase = 'running' and lease_until < clock_timestamp()
                        order by lease_until limit 1 for update skip locked""")
                .query((rs, n) ->
                        new Running(rs.getString("proposal_id"), Objects.requireNonNull(rs.getBytes("started_record"))))
                .list();
    }

    /** Forgets calls, and with them their arguments, seven days after their end; answers how many. */
    int forget() {
        return jdbc.sql("""
                        delete from execution where ended_at < now() - interval '7 days'
                          or (phase = 'permitted' and not_after < now() - interval '7 days')""").update();
    }

    long fenceOf(String proposalId) {
        return jdbc.sql("select fence from execution where proposal_id = :id")
                .param("id", proposalId)
                .query(Long.class)
                .single();
    }
}
