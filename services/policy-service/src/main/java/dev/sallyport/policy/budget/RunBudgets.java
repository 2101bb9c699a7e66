package dev.sallyport.policy.budget;

import dev.sallyport.statements.RunKey;
import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Counts calls per run in one row, by conditional updates: exact however many requests and replicas there are, because
 * each takes the row's lock and sees the other's count. Changes belong to the caller's transaction.
 */
@Component
public class RunBudgets {
    /** Denied calls have a budget of their own, this much larger, so that looping against a closed door ends. */
    private static final int DENIED_FACTOR = 10;

    /** One more granted call of a run, unless it has used all of them. */
    private static final String RESERVE = """
            insert into run_budget as b (workspace_id, principal, session, run, granted)
            values (:workspace, :principal, :session, :run, 1)
            on conflict (workspace_id, principal, session, run)
            do update set granted = b.granted + 1, used_at = now() where b.granted < :max""";

    private static final String NOT_GRANTED = """
            update run_budget set granted = granted - 1, denied = denied + 1, used_at = now()
            where workspace_id = :workspace and principal = :principal and session = :session
              and run = :run and granted > 0""";

    /** One more denied call of a run, unless it has used all of those. */
    private static final String DENY = """
            insert into run_budget as b (workspace_id, principal, session, run, denied)
            values (:workspace, :principal, :session, :run, 1)
            on conflict (workspace_id, principal, session, run)
            do update set denied = b.denied + 1, used_at = now() where b.denied < :max""";

    private static final String USED = """
            select granted, denied from run_budget
            where workspace_id = :workspace and principal = :principal and session = :session and run = :run""";

    private static final String FORGET =
            "delete from run_budget where used_at < now() - make_interval(secs => :unused)";

    private final JdbcClient jdbc;

    RunBudgets(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * What a run has left.
     *
     * @param calls calls that may still be granted
     * @param denials denied calls that are still answered with their own code
     */
    public record Left(long calls, long denials) {}

    /** Forgets runs that have not been used for so long. One of the same name begins anew. */
    public void forgetUnused(Duration time) {
        jdbc.sql(FORGET).param("unused", time.toSeconds()).update();
    }

    /**
     * Takes one granted call if the run has any left. All calls of a run wait here for the end of the transaction that
     * came before: the last thing a transaction does.
     */
    public boolean reserve(RunKey run, int maxCalls) {
        return maxCalls >= 1 && bind(RESERVE, run).param("max", maxCalls).update() == 1;
    }

    /** Turns a reserved call into a denied one: what was asked for was not granted. */
    public void notGranted(RunKey run) {
        bind(NOT_GRANTED, run).update();
    }

    /** Counts a denied call, as {@link #reserve}; false when the run has used up even those. */
    public boolean deny(RunKey run, int maxCalls) {
        return bind(DENY, run).param("max", maxDenials(maxCalls)).update() == 1;
    }

    /** What a run that may have this many calls has left now. */
    public Left left(RunKey run, int maxCalls) {
        Left all = new Left(Math.max(0, maxCalls), maxDenials(maxCalls));
        return bind(USED, run)
                .query((rs, n) -> new Left(
                        Math.max(0, all.calls() - rs.getLong("granted")),
                        Math.max(0, all.denials() - rs.getLong("denied"))))
                .optional()
                .orElse(all);
    }

    private static long maxDenials(int maxCalls) {
        return Math.max(1, maxCalls) * (long) DENIED_FACTOR;
    }

    private JdbcClient.StatementSpec bind(String sql, RunKey run) {
        return jdbc.sql(sql)
                .param("workspace", run.workspaceId())
                .param("principal", run.principal())
                .param("session", run.session())
                .param("run", run.run());
    }
}
