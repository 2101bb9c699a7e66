package dev.sallyport.executor.tool;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/** One at a time for each key; some keys share one turn. A turn may be given back by another thread than took it. */
final class KeyedTurns {
    private final List<Semaphore> turns =
            Stream.generate(() -> new Semaphore(1)).limit(64).toList();

    Semaphore of(String key) {
        return turns.get(Math.floorMod(key.hashCode(), turns.size()));
    }
}
