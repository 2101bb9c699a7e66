package dev.sallyport.servicekit.problem;

import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells failures of the database's from those of the program, where a library has wrapped them beyond recognition: an
 * object mapper does when the connection breaks in the middle of a transaction, a transaction manager when it breaks at
 * the commit or the rollback. Also those that the request itself is the reason of.
 */
final class DatabaseFailures {
    /**
     * Classes of SQLSTATE (PostgreSQL, Appendix A): 08 connection exception, 53 insufficient resources (a full disk among
     * them), 57P operator intervention (shutting down, starting up), 58 system error outside PostgreSQL.
     */
    private static final List<String> AWAY = List.of("08", "53", "57P", "58");

    /** 22021 character not in repertoire, 22P05 untranslatable character: PostgreSQL stores no NUL, as text nor in JSON. */
    private static final List<String> UNSTORABLE = List.of("22021", "22P05");

    private static final int DEPTH = 20;

    private DatabaseFailures() {}

    /** Whether the database, and not the program, is why this failed. */
    static boolean isAway(@Nullable Throwable failure) {
        // PostgreSQL gives every error a state; one without is the driver's or the pool's: the connection is closed.
        return any(failure, state -> state == null || AWAY.stream().anyMatch(state::startsWith));
    }

    /** Whether a text is why this failed that no text in the database can be. */
    static boolean isUnstorableText(@Nullable Throwable failure) {
        return any(failure, state -> state != null && UNSTORABLE.contains(state));
    }

    private static boolean any(@Nullable Throwable failure, Predicate<@Nullable String> state) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < DEPTH; cause = cause.getCause(), depth++) {
            if (cause instanceof SQLException e && state.test(e.getSQLState())) {
                return true;
            }
        }
        return false;
    }
}
