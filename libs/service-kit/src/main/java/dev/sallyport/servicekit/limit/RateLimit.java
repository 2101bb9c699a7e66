package dev.sallyport.servicekit.limit;

import dev.sallyport.servicekit.problem.ProblemException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.springframework.http.HttpStatus;

/**
 * Allows each key a fixed number of requests in a minute. A minute is one of the clock, and the count is this process's
 * own: several replicas together allow a multiple of it.
 */
public final class RateLimit {
    private static final int MAX_KEYS = 10_000;

    private final int perMinute;
    private final Clock clock;
    private final Map<String, Integer> counts = new HashMap<>();
    private long minute;

    /** A limit of so many requests per key and minute. */
    public RateLimit(int perMinute, Clock clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    /**
     * Counts one request of this key. A new key is refused while 10,000 others have been seen in the same minute.
     *
     * @throws ProblemException 429 {@code TOO_MANY_REQUESTS} when the key has used up its minute
     */
    public synchronized void count(String key) {
        long now = Math.floorDiv(clock.millis(), 60_000L);
        if (now != minute) {
            minute = now;
            counts.clear();
        }
        boolean crowded = counts.size() >= MAX_KEYS && !counts.containsKey(key);
        if (crowded || counts.merge(key, 1, Integer::sum) > perMinute) {
            throw new ProblemException(
                    HttpStatus.TOO_MANY_REQUESTS,
                    "TOO_MANY_REQUESTS",
                    "At most " + perMinute + " such requests are allowed per minute. Wait a minute and try again.");
        }
    }
}
