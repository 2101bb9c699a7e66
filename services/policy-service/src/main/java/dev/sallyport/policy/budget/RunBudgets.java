package dev.sallyport.policy.budget;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Counts calls per run in one row, by conditional updates: exact however many requests and replicas there are, because
 * each takes the row's lock and sees the other's count. Always within the caller's transaction.
 */
@Component
public class RunBudgets {
    /** Denied calls have a budget of their own, this much larger, so that looping against a closed door ends. */
    private static final int DENIED_FACTOR = 10;

    private final JdbcClient jdbc;

    RunBudgets(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A run of a principal.
     *
     * @param workspaceId the workspace
     * @param principal who runs it
     * @param session the client's session
     * @param run the client's run
     */
    public record Run(String workspaceId, String principal, String session, String run) {}

    /** Takes one granted call if the run has any left. */
    public boolean reserve(Run run, int maxCalls) {
        if (maxCalls < 1) {
            return false;
        }
        return bind("""
                        insert into run_budget as b (workspace_id, principal, session, run, granted)
                        values (:workspace, :principal, :session, :run, 1)
                        on conflict (workspace_id, principal, session, run)
                        do update set granted = b.granted + 1 where b.granted < :max""", run).param("max", maxCalls).update() == 1;
    }

    /** Turns a reserved call into a denied one: what was asked for was not granted. */
    public void notGranted(Run run) {
        bind("""
                        update run_budget set granted = granted - 1, denied = denied + 1
                        where workspace_id = :workspace and principal = :principal and session = :session
                          and run = :run and granted > 0""", run).update();
    }

    /** Counts a denied call; false when the run has used up even those. */
    public boolean deny(Run run, int maxCalls) {
        return bind("""
                        insert into run_budget as b (workspace_id, principal, session, run, denied)
                        values (:workspace, :principal, :session, :run, 1)
                        on conflict (workspace_id, principal, session, run)
                        do update set denied = b.denied + 1 where b.denied < :max""", run)
                        .param("max", Math.max(1, maxCalls) * (long) DENIED_FACTOR)
                        .update()
                == 1;
    }

    private JdbcClient.StatementSpec bind(String sql, Run run) {
        return jdbc.sql(sql)
                .param("workspace", run.workspaceId())
                .param("principal", run.principal())
                .param("session", run.session())
                .param("run", run.run());
    }
}
