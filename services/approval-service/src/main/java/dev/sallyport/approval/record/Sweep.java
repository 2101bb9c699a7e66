package dev.sallyport.approval.record;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Ends what has run out, by the database's clock: on every replica, and for everything that ran out while none was up.
 * Each record is a transaction of its own, so one that fails does not hold the others.
 */
@Component
class Sweep {

    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
    private static final int BATCH = 100;

    private final Approvals approvals;
    private final JdbcClient jdbc;

    Sweep(Approvals approvals, JdbcClient jdbc) {
        this.approvals = approvals;
        this.jdbc = jdbc;
    }

    @Scheduled(fixedDelayString = "${sallyport.approvals.sweep-ms:500}")
    void timeOutDue() {
        for (ApprovalKey key : due()) {
            try {
                approvals.timeOut(key);
            } catch (DataAccessException e) {
                LOG.warn("could not time out approval {}; will try again", key.id(), e);
            }
        }
    }

    /** Drops prompts and notes that are no longer needed. */
    @Scheduled(fixedDelayString = "${sallyport.approvals.forget-ms:600000}")
    void forget() {
        jdbc.sql("""
                        update approval_record set prompt = null, version = version + 1
                        where prompt is not null and resolved_at < clock_timestamp() - interval '7 days'""").update();
        jdbc.sql("delete from ended_call where ended_at < clock_timestamp() - interval '8 days'")
                .update();
    }

    private List<ApprovalKey> due() {
        return jdbc.sql("""
                        select workspace_id, id from approval_record
                        where state = 'PENDING' and expires_at <= clock_timestamp() order by expires_at limit :batch""")
                .param("batch", BATCH)
                .query((row, number) -> new ApprovalKey(row.getString(1), row.getString(2)))
                .list();
    }
}
