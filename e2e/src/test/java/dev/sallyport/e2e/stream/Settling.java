package dev.sallyport.e2e.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Databases;
import dev.sallyport.e2e.harness.Fleet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** A fleet that comes to rest after its last call. */
final class Settling {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final List<String> SERVICES =
            List.of("policy_service", "approval_service", "executor_service", "attestation_service", "vault_service");

    private Settling() {}

    /**
     * Returns when nothing is queued or running, no answer is awaited from a dead part, and the ledger has confirmed
     * every statement.
     */
    static void await(Fleet fleet) {
        Databases databases = new Databases(fleet);
        Awaitility.await("every call to have ended and every statement to be confirmed")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptionsMatching(Settling::databaseIsAway)
                .untilAsserted(() -> {
                    assertThat(databases.rows(
                                    "policy_service",
                                    "select proposal_id || ' ' || phase from proposal"
                                            + " where phase in ('DECIDE', 'QUEUE', 'RUN') or (phase = 'APPROVE'"
                                            + " and run like 'run-%')"))
                            .as("calls that have not ended")
                            .isEmpty();
                    assertThat(databases.rows(
                                    "executor_service",
                                    "select proposal_id || ' ' || phase from execution where phase = 'running'"))
                            .as("executions under way at control")
                            .isEmpty();
                    List<String> open =
                            databases.rows("policy_service", "select proposal_id from proposal where phase <> 'DONE'");
                    for (String database : SERVICES) {
                        assertThat(databases.rows(
                                        database,
                                        "select topic || ' ' || subject || ' ' || created_at from kit_outbox"
                                                + " where coalesce(proposal_id, '') not in ('-'"
                                                + String.join(
                                                        "",
                                                        open.stream()
                                                                .map(id -> ",'" + id + "'")
                                                                .toList())
                                                + ")"))
                                .as("statements in " + database + " that the ledger has not confirmed")
                                .isEmpty();
                    }
                });
    }

    private static boolean databaseIsAway(Throwable failure) {
        // SQLSTATE 08: connection exception; 57: operator intervention, such as "the database system is starting up".
        return failure.getCause() instanceof SQLException sql
                && sql.getSQLState() != null
                && (sql.getSQLState().startsWith("08") || sql.getSQLState().startsWith("57"));
    }
}
