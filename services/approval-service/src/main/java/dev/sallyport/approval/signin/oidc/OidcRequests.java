package dev.sallyport.approval.signin.oidc;

import dev.sallyport.servicekit.problem.ProblemException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Sign-ins that were begun at the provider: each comes back once, within ten minutes, to the browser that began it. */
@Component
class OidcRequests {
    private static final int MOST_OPEN = 10_000;

    private static final String PRUNE = "delete from sign_in_request where expires_at <= clock_timestamp()";

    private static final String KEEP = """
            insert into sign_in_request (state_hash, browser_hash, nonce, code_verifier, session_id, expires_at)
            select :state, :browser, :nonce, :verifier, :session, clock_timestamp() + interval '10 minutes'
            where (select count(*) from sign_in_request) < :most""";

    private static final String TAKE = """
            delete from sign_in_request
            where state_hash = :state and browser_hash = :browser and expires_at > clock_timestamp()
            returning nonce, code_verifier, session_id""";

    private final JdbcClient jdbc;

    OidcRequests(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * What came back.
     *
     * @param session the session whose person connects an account; null where somebody signs in
     */
    record Taken(OidcProvider.Begun begun, @Nullable String session) {}

    /**
     * Keeps what has begun.
     *
     * @param browser the value of the cookie that the browser was given
     * @throws ProblemException 503 while too many are open
     */
    void keep(OidcProvider.Begun begun, String browser, @Nullable String session) {
        jdbc.sql(PRUNE).update();
        int kept = jdbc.sql(KEEP)
                .param("state", Hashes.of(begun.state()))
                .param("browser", Hashes.of(browser))
                .param("nonce", begun.nonce())
                .param("verifier", begun.codeVerifier())
                .param("session", session)
                .param("most", MOST_OPEN)
                .update();
        if (kept == 0) {
            throw new ProblemException(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "OVERLOADED",
                    "Too many people begin to sign in at once. Try again in a minute.");
        }
    }

    /** What was begun with this state in this browser; empty when it was not, is too old or has come back before. */
    Optional<Taken> take(String state, String browser) {
        return jdbc.sql(TAKE)
                .param("state", Hashes.of(state))
                .param("browser", Hashes.of(browser))
                .query((row, _) -> new Taken(
                        new OidcProvider.Begun("", state, row.getString("nonce"), row.getString("code_verifier")),
                        row.getString("session_id")))
                .optional();
    }
}
