package dev.sallyport.policy.limit;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * How many replicas of this service live, as each says of itself in the database from time to time. A replica that has
 * gone counts for {@link #LIVES}; until then the others give out less than they might, never more.
 */
final class Replicas {
    static final Duration BEAT = Duration.ofSeconds(10);
    static final Duration LIVES = Duration.ofSeconds(30);

    private static final String BEAT_NOW = """
            insert into replica (instance) values (:me) on conflict (instance) do update set seen_at = now()""";

    private static final String FORGET = "delete from replica where seen_at <= now() - make_interval(secs => :lives)";

    private static final String COUNT = "select count(*) from replica";

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final String me;
    private volatile int living = 1;

    Replicas(JdbcClient jdbc, TransactionTemplate transaction, String me) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.me = me;
    }

    /** How many there are, this one among them; what was last known while the database does not answer. */
    int living() {
        return living;
    }

    /** Says that this one lives, and counts the others. */
    void beat() {
        transaction.executeWithoutResult(_ -> {
            jdbc.sql(FORGET).param("lives", LIVES.toSeconds()).update();
            jdbc.sql(BEAT_NOW).param("me", me).update();
            living = Math.max(1, jdbc.sql(COUNT).query(Integer.class).single());
        });
    }
}
