package dev.sallyport.attestation.index;

import dev.sallyport.servicekit.telemetry.Gauges;
import dev.sallyport.servicekit.telemetry.Readings;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Measures the ledger from its tables, beside what it counts while it appends. See docs/metrics.md. */
@Component
class LedgerMetrics implements Readings {
    /** Reads the newest entries only, so that the answer takes as long in a large log as in a small one. */
    private static final String READINGS = """
            with shown as (
              select size, extract(epoch from clock_timestamp() - published_at) as age
              from checkpoint order by size desc limit 1)
            select t.size, t.size - coalesce(s.size, 0) as unpublished, coalesce(s.age, 0) as age,
              (select coalesce(extract(epoch from clock_timestamp() - e.appended_at), 0) from entry e
                where e.idx = coalesce(s.size, 0)) as waiting,
              greatest(t.size - (select next_idx from projection where name = 'statement_index'), 0)
                as unindexed,
              (select coalesce(max(extract(epoch from e.appended_at - i.issued_at)), 0)
                from entry e join statement_index i on i.idx = e.idx
                where e.idx >= t.size - 2000
                  and e.appended_at > clock_timestamp() - interval '1 minute') as lag
            from tree_state t left join shown s on true""";

    private final JdbcClient jdbc;

    LedgerMetrics(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void take(Gauges gauges) {
        jdbc.sql(READINGS).query(row -> {
            gauges.set("sallyport.ledger.entries", "leaves of the log", row.getDouble("size"));
            gauges.set(
                    "sallyport.ledger.unpublished",
                    "leaves that no checkpoint covers yet",
                    row.getDouble("unpublished"));
            gauges.set(
                    "sallyport.ledger.unpublished.oldest.seconds",
                    "time since the oldest of them was appended, 0 without",
                    row.getDouble("waiting"));
            gauges.set(
                    "sallyport.ledger.checkpoint.age.seconds",
                    "time since the last checkpoint; grows while nothing happens",
                    row.getDouble("age"));
            gauges.set("sallyport.ledger.unindexed", "leaves that queries do not find yet", row.getDouble("unindexed"));
            gauges.set(
                    "sallyport.ledger.lag.seconds",
                    "longest way from issue to leaf within the last minute, of the newest 2000 leaves",
                    row.getDouble("lag"));
        });
    }
}
