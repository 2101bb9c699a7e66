package dev.sallyport.policy.budget;

import java.time.Duration;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Counts calls in one row for each run and one for each principal and hour, by conditional updates: exact however many
 * requests and replicas there are, because each takes the rows' locks and sees the other's count. Each change is one
 * statement that locks the hour first, and belongs to the caller's transaction.
 */
@Component
public class CallBudgets {
    /** One more granted call of the hour and of the run, unless either has used all of them. */
    private static final String RESERVE = """
            with of_hour as (
              insert into principal_hour as h (workspace_id, principal, hour, granted)
              values (:workspace, :principal, :hour, 1)
              on conflict (workspace_id, principal, hour)
              do update set granted = h.granted + 1 where h.granted < :maxOfHour
              returning 1
            ), of_run as (
              insert into run_budget as b (workspace_id, principal, session, run, granted)
              select :workspace, :principal, :session, :run, 1 where exists (select from of_hour)
              on conflict (workspace_id, principal, session, run)
              do update set granted = b.granted + 1, used_at = now() where b.granted < :maxOfRun
              returning 1
            )
            select exists (select from of_hour) as of_hour, exists (select from of_run) as of_run""";

    /** One more denied call of the hour and of the run, unless either has used all of those. */
    private static final String DENY = """
            with of_hour as (
              insert into principal_hour as h (workspace_id, principal, hour, denied)
              values (:workspace, :principal, :hour, 1)
              on conflict (workspace_id, principal, hour)
              do update set denied = h.denied + 1 where h.denied < :maxOfHour
              returning 1
            ), of_run as (
              insert into run_budget as b (workspace_id, principal, session, run, denied)
              select :workspace, :principal, :session, :run, 1 where exists (select from of_hour)
              on conflict (workspace_id, principal, session, run)
              do update set denied = b.denied + 1, used_at = now() where b.denied < :maxOfRun
              returning 1
            )
            select exists (select from of_hour) as of_hour, exists (select from of_run) as of_run""";

    /** The condition on the hour makes its row be changed first, as in the other statements. */
    private static final String NOT_GRANTED = """
            with of_hour as (
              update principal_hour set granted = granted - 1, denied = denied + 1
              where workspace_id = :workspace and principal = :principal and hour = :hour and granted > 0
              returning 1
            )
            update run_budget set granted = granted - 1, denied = denied + 1, used_at = now()
            where workspace_id = :workspace and principal = :principal and session = :session
              and run = :run and granted > 0 and (select count(*) from of_hour) >= 0""";

    private static final String USED = """
            select b.granted as run_granted, b.denied as run_denied, h.granted as hour_granted, h.denied as hour_denied
            from (values (1)) as one (n)
            left join run_budget b on b.workspace_id = :workspace and b.principal = :principal
              and b.session = :session and b.run = :run
            left join principal_hour h on h.workspace_id = :workspace and h.principal = :principal and h.hour = :hour""";

    private static final String FORGET_RUNS =
            "delete from run_budget where used_at < now() - make_interval(secs => :unused)";

    private static final String FORGET_HOURS =
            "delete from principal_hour where hour < now() - make_interval(secs => :unused)";

    private final JdbcClient jdbc;

    CallBudgets(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * What is left.
     *
     * @param calls calls of the run that may still be granted
     * @param denials denied calls of the run that are still answered with their own code
     * @param callsOfHour calls of the principal's hour that may still be granted
     * @param denialsOfHour denied calls of the principal's hour that are still answered with their own code
     */
    public record Left(long calls, long denials, long callsOfHour, long denialsOfHour) {}

    /** What came of taking a call. */
    public enum Taken {
        /** It was taken from both. */
        TAKEN,
        /** The run has none left. The hour may have been counted: the transaction must be undone. */
        RUN_USED_UP,
        /** The principal's hour has none left. */
        HOUR_USED_UP
    }

    /** Forgets runs and hours that have not been used for so long. A run of the same name then has its whole budget. */
    public void forgetUnused(Duration time) {
        jdbc.sql(FORGET_RUNS).param("unused", time.toSeconds()).update();
        jdbc.sql(FORGET_HOURS).param("unused", time.toSeconds()).update();
    }

    /**
     * Takes one granted call. All calls of a principal wait here for the end of the transaction that came before: the
     * last thing a transaction does.
     */
    public Taken reserve(CallerHour caller, Limits limits) {
        if (limits.callsPerHour() < 1) {
            return Taken.HOUR_USED_UP;
        }
        return limits.callsPerRun() < 1
                ? Taken.RUN_USED_UP
                : take(RESERVE, caller, limits.callsPerRun(), limits.callsPerHour());
    }

    /** Turns a reserved call into a denied one: what was asked for was not granted. */
    public void notGranted(CallerHour caller) {
        bind(NOT_GRANTED, caller).update();
    }

    /** Counts a denied call, as {@link #reserve}. */
    public Taken deny(CallerHour caller, Limits limits) {
        return take(DENY, caller, limits.denialsPerRun(), limits.denialsPerHour());
    }

    private Taken take(String sql, CallerHour caller, long maxOfRun, long maxOfHour) {
        return bind(sql, caller)
                .param("maxOfRun", maxOfRun)
                .param("maxOfHour", maxOfHour)
                .query((rs, n) -> !rs.getBoolean("of_hour")
                        ? Taken.HOUR_USED_UP
                        : rs.getBoolean("of_run") ? Taken.TAKEN : Taken.RUN_USED_UP)
                .single();
    }

    /** What is left now. */
    public Left left(CallerHour caller, Limits limits) {
        return bind(USED, caller)
                .query((rs, n) -> new Left(
                        Math.max(0, limits.callsPerRun() - rs.getLong("run_granted")),
                        Math.max(0, limits.denialsPerRun() - rs.getLong("run_denied")),
                        Math.max(0, limits.callsPerHour() - rs.getLong("hour_granted")),
                        Math.max(0, limits.denialsPerHour() - rs.getLong("hour_denied"))))
                .single();
    }

    private JdbcClient.StatementSpec bind(String sql, CallerHour caller) {
        return jdbc.sql(sql)
                .param("workspace", caller.run().workspaceId())
                .param("principal", caller.run().principal())
                .param("session", caller.run().session())
                .param("run", caller.run().run())
                .param("hour", caller.hour().atOffset(ZoneOffset.UTC));
    }
}
