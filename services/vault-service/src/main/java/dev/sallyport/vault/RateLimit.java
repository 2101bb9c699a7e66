package dev.sallyport.vault;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** At most so many acts per key in each minute of the clock, in this process. */
public final class RateLimit {
    private static final int KEYS_AT_MOST = 10_000;

    private final int perMinute;
    private final Clock clock;
    private final Map<String, Integer> counts = new HashMap<>();
    private long minute;

    /** A limit of so many acts per key and minute. */
    public RateLimit(int perMinute, Clock clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    /** Counts one act; {@link VaultException.TooMany} when it is one too many, also when there are too many keys. */
    public synchronized void count(String key) {
        long now = Math.floorDiv(clock.millis(), 60_000L);
        if (now != minute) {
            minute = now;
            counts.clear();
        }
        boolean crowded = counts.size() >= KEYS_AT_MOST && !counts.containsKey(key);
        if (crowded || counts.merge(key, 1, Integer::sum) > perMinute) {
            throw new VaultException.TooMany("at most " + perMinute + " such requests per minute; wait and try again");
        }
    }
}
