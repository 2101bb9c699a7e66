package dev.sallyport.executor.control;

import dev.sallyport.servicekit.freeze.FreezeListener;
import dev.sallyport.statements.Freeze;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Lets a freeze and a claim exclude one another. After a freeze has been answered nothing that it covers is claimed,
 * and the nodes of what had been claimed before are told to end it. The lock is an advisory one of PostgreSQL and is
 * held until the end of the transaction.
 */
@Component
class FreezeLock implements FreezeListener {
    /** Shared by claims, exclusive for freezes. */
    private static final long LOCK = 0x667265657a650001L;

    private static final String SHARE = "select pg_advisory_xact_lock_shared(:lock)";
    private static final String TAKE = "select pg_advisory_xact_lock(:lock)";

    private final JdbcClient jdbc;
    private final ExecutionTable executions;

    FreezeLock(JdbcClient jdbc, ExecutionTable executions) {
        this.jdbc = jdbc;
        this.executions = executions;
    }

    /** Taken by a claim before it looks for a call. */
    void shareForClaim() {
        lock(SHARE);
    }

    @Override
    public void onFrozen(Freeze freeze) {
        lock(TAKE);
        executions.tellFrozen(freeze);
    }

    private void lock(String sql) {
        jdbc.sql(sql).param("lock", LOCK).query((rs, n) -> n).list();
    }
}
