package dev.sallyport.policy.engine.cedar;

import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.model.schema.Schema;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Parses sets and schemas on the native side, where they stay as long as their Java objects. Cedar keeps a bounded number
 * of them and has no way to give one back: a place is free only after Java's collector has found the object gone, which it
 * looks for when Java's memory is short, not when Cedar's places are. So when all are taken the collector is asked.
 */
public final class NativeCache {
    private static final int ATTEMPTS = 5;
    private static final Duration CLEANING = Duration.ofMillis(20);

    private NativeCache() {}

    private interface Caching {
        void cache() throws CacheException;
    }

    /**
     * Parses a set. It must not be changed any more: Cedar keeps deciding with the policies it had.
     *
     * @throws CacheException when it cannot be parsed, or every place is in use
     */
    public static void keep(PolicySet policies) throws CacheException {
        keep(policies::cache);
    }

    /**
     * Parses a schema.
     *
     * @throws CacheException when it cannot be parsed, or every place is in use
     */
    public static void keep(Schema schema) throws CacheException {
        keep(schema::cache);
    }

    private static void keep(Caching caching) throws CacheException {
        for (int attempt = 1; ; attempt++) {
            try {
                caching.cache();
                return;
            } catch (CacheException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                System.gc();
                // What the collector found is given back by a thread of its own.
                LockSupport.parkNanos(CLEANING.toNanos());
            }
        }
    }
}
