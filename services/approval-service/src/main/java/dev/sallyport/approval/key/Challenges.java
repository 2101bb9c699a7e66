package dev.sallyport.approval.key;

import dev.sallyport.servicekit.problem.ProblemException;
import java.security.SecureRandom;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Challenges for passkeys: random, for one purpose, answered once and within five minutes. Any replica may take the answer. */
@Component
public class Challenges {
    private static final int BYTES = 32;
    private static final int MOST_OPEN = 10_000;

    /** The purpose of those that anybody gets, without having signed in. */
    public static final String SIGN_IN = "sign-in";

    private static final String PRUNE = "delete from passkey_challenge where expires_at <= clock_timestamp()";

    /** Everybody may ask for one to sign in with: who asks for many does not fill the table, nor keeps anybody from a key. */
    private static final String ISSUE = """
            insert into passkey_challenge (challenge, purpose, expires_at)
            select :challenge, :purpose, clock_timestamp() + interval '5 minutes'
            where :purpose <> 'sign-in'
               or (select count(*) from passkey_challenge where purpose = 'sign-in') < :most""";

    private static final String TAKE = """
            delete from passkey_challenge
            where challenge = :challenge and purpose = :purpose and expires_at > clock_timestamp()""";

    private final JdbcClient jdbc;
    private final SecureRandom random = new SecureRandom();

    Challenges(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A fresh challenge.
     *
     * @param purpose what it is for; its answer counts for nothing else
     * @throws ProblemException 503 while too many are open
     */
    public byte[] issue(String purpose) {
        byte[] challenge = new byte[BYTES];
        random.nextBytes(challenge);
        jdbc.sql(PRUNE).update();
        int issued = jdbc.sql(ISSUE)
                .param("challenge", challenge)
                .param("purpose", purpose)
                .param("most", MOST_OPEN)
                .update();
        if (issued == 0) {
            throw new ProblemException(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "OVERLOADED",
                    "Too many people begin to sign in at once. Try again in a minute.");
        }
        return challenge;
    }

    /** Whether this challenge was given for that purpose and is answered now for the first time. */
    public boolean take(byte[] challenge, String purpose) {
        return challenge.length == BYTES
                && jdbc.sql(TAKE)
                                .param("challenge", challenge)
                                .param("purpose", purpose)
                                .update()
                        == 1;
    }
}
