package dev.sallyport.policy.proposal;

import dev.sallyport.policy.proposal.PermitInForce.Demand;
import dev.sallyport.statements.vocabulary.Tier;
import java.sql.Types;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Component;

/** Which calls are due for something, by the database's clock. Read-only, ids and numbers only, at most 200 at once. */
@Component
public class CallsDue {
    private static final String UNANSWERED = """
            select proposal_id from proposal
            where phase = 'APPROVE' and approval_expires_at < now() - make_interval(secs => :grace)
              and proposal_id <> all(:later)
            order by approval_expires_at limit 200""";

    private static final String FROZEN = """
            select p.proposal_id from proposal p
            where p.phase = 'QUEUE' and p.stop_reason is null and p.proposal_id <> all(:later) and exists (
              select 1 from freeze_in_force f where freeze_covers(
                f.scope, f.workspace_id, f.id, p.workspace_id, p.principal, p.session, p.run))
            order by p.proposal_id limit 200""";

    /** A call that runs goes on after its token was revoked, so that a token can be changed for another. */
    private static final String OF_REVOKED_TOKENS = """
            select p.proposal_id from proposal p join api_token t on t.token_id = p.token_id
            where p.phase in ('APPROVE', 'QUEUE') and p.stop_reason is null and t.revoked_at is not null
              and p.proposal_id <> all(:later)
            order by p.proposal_id limit 200""";

    private static final String OF_REMOVED_MEMBERS = """
            select p.proposal_id from proposal p
            where p.phase <> 'DONE' and p.stop_reason is null and p.proposal_id <> all(:later) and not exists (
              select 1 from member m where m.workspace_id = p.workspace_id and m.principal = p.principal
                and m.created_at <= p.created_at + interval '1 second')
            order by p.proposal_id limit 200""";

    /** A permit of another policy set than the one in force is due too, whenever it was cut. */
    private static final String UNCLAIMED = """
            select proposal_id, cut, start_by <= now() as too_late from proposal
            where phase = 'QUEUE' and stop_reason is null and proposal_id <> all(:later)
              and (permit_not_after < now() or exists (
                select 1 from policy_version v, policy_active join policy_activation a using (position)
                where v.version = permit_policy_set and v.set_digest is distinct from a.set_digest))
            order by proposal_id limit 200""";

    private static final String STOPPING = """
            select proposal_id from proposal
            where phase in ('QUEUE', 'RUN') and stop_reason is not null and proposal_id <> all(:later)
            order by proposal_id limit 200""";

    private static final String DEMANDS = """
            select distinct permit_pool, permit_tier from proposal
            where phase = 'QUEUE' and stop_reason is null and permit_pool is not null""";

    private static final String TOLD_OTHERWISE = """
            select proposal_id from proposal
            where phase = 'QUEUE' and stop_reason is null and permit_pool = :pool and permit_tier = :tier
              and code is distinct from :code and proposal_id <> all(:later)
            order by proposal_id limit 200""";

    private static final String OPEN_AFTER = """
            select proposal_id from proposal where phase <> 'DONE' and proposal_id > :after
            order by proposal_id limit 200""";

    private static final String OPEN = "select phase, count(*) from proposal where phase <> 'DONE' group by phase";

    private final JdbcClient jdbc;

    CallsDue(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A call whose permit nobody claimed in time.
     *
     * @param proposalId the call
     * @param cut the permit's cut number
     * @param tooLate whether no further permit may be cut
     */
    public record Unclaimed(String proposalId, int cut, boolean tooLate) {}

    /** Calls whose question expired longer ago than this, but for these. */
    public List<String> unanswered(Duration grace, Set<String> later) {
        return without(later, UNANSWERED)
                .param("grace", grace.toMillis() / 1000.0)
                .query(String.class)
                .list();
    }

    /** Queued calls that a freeze covers and that are not being stopped, but for these. */
    public List<String> frozen(Set<String> later) {
        return without(later, FROZEN).query(String.class).list();
    }

    /** Calls that have not started and whose token was revoked, but for these. */
    public List<String> ofRevokedTokens(Set<String> later) {
        return without(later, OF_REVOKED_TOKENS).query(String.class).list();
    }

    /** Open calls of principals that are no members any more, but for these. */
    public List<String> ofRemovedMembers(Set<String> later) {
        return without(later, OF_REMOVED_MEMBERS).query(String.class).list();
    }

    /**
     * Queued calls whose permit has run out, or was decided on another policy set than the one in force, and that are
     * not being stopped, but for these.
     */
    public List<Unclaimed> unclaimed(Set<String> later) {
        return without(later, UNCLAIMED)
                .query((rs, n) ->
                        new Unclaimed(rs.getString("proposal_id"), rs.getInt("cut"), rs.getBoolean("too_late")))
                .list();
    }

    /** Calls that control is still to stop, but for these. */
    public List<String> stopping(Set<String> later) {
        return without(later, STOPPING).query(String.class).list();
    }

    /** What the permits of queued calls ask of nodes. */
    public Set<Demand> demands() {
        return jdbc.sql(DEMANDS)
                .query((rs, n) -> new Demand(rs.getString("permit_pool"), Tier.valueOf(rs.getString("permit_tier"))))
                .set();
    }

    /** Queued calls with this demand whose readers are told something else than this reason, but for these. */
    public List<String> toldOtherwise(Demand demand, @Nullable WaitReason reason, Set<String> later) {
        return without(later, TOLD_OTHERWISE)
                .param("pool", demand.pool())
                .param("tier", demand.tier().name())
                .param("code", reason == null ? null : reason.name(), Types.VARCHAR)
                .query(String.class)
                .list();
    }

    /** Open calls behind this id, in the order of their ids. */
    public List<String> openAfter(String proposalId) {
        return jdbc.sql(OPEN_AFTER)
                .param("after", proposalId)
                .query(String.class)
                .list();
    }

    private StatementSpec without(Set<String> later, String sql) {
        return jdbc.sql(sql).param("later", later.toArray(String[]::new));
    }

    /** How many calls are open in each phase; a phase without any is left out. */
    public Map<Phase, Long> open() {
        Map<Phase, Long> open = new EnumMap<>(Phase.class);
        jdbc.sql(OPEN).query(row -> {
            open.put(Phase.valueOf(row.getString(1)), row.getLong(2));
        });
        return open;
    }
}
