package dev.sallyport.servicekit.cache;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A bounded memory that forgets what was not used for the longest time. For several threads. */
public final class RecentlyUsed<K, V> {
    private final Map<K, V> entries;

    /** One that holds at most so many entries. */
    public RecentlyUsed(int most) {
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    /** What is remembered under this key; null when nothing is. */
    public synchronized @Nullable V get(K key) {
        return entries.get(key);
    }

    /** Remembers a value, in the place of the one before. */
    public synchronized void put(K key, V value) {
        entries.put(key, value);
    }

    /** Forgets a value. */
    public synchronized void remove(K key) {
        entries.remove(key);
    }
}
