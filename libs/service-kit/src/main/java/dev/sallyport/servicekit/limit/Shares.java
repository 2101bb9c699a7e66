package dev.sallyport.servicekit.limit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Places of which each key may hold its share at most, so that whoever asks most does not take them all. A key waits for
 * its own share first: in the line for the places there are never more of one key than its share.
 */
public final class Shares {
    private final Semaphore places;
    private final int each;
    private final int mostOfOne;
    private final ConcurrentHashMap<String, Share> shares = new ConcurrentHashMap<>();

    /**
     * Places to share.
     *
     * @param total how many there are
     * @param each how many of them one key may hold
     * @param mostOfOne how many of one key may hold one or wait for one; beyond that it is refused at once
     */
    public Shares(int total, int each, int mostOfOne) {
        this.places = new Semaphore(total, true);
        this.each = each;
        this.mostOfOne = mostOfOne;
    }

    /** Places for which nobody waits. */
    public Shares(int total, int each) {
        this(total, each, Integer.MAX_VALUE);
    }

    /** A key's share. The count is changed under the map's lock of the key only. */
    private static final class Share {
        private final Semaphore free;
        private int interested;

        private Share(int each) {
            this.free = new Semaphore(each, true);
        }
    }

    /** A place, to be closed once the work is done. Closing it again changes nothing. */
    public final class Place implements AutoCloseable {
        private final String key;
        private final Share share;
        private final AtomicBoolean taken = new AtomicBoolean(true);

        private Place(String key, Share share) {
            this.key = key;
            this.share = share;
        }

        @Override
        public void close() {
            if (taken.compareAndSet(true, false)) {
                places.release();
                share.free.release();
                forget(key);
            }
        }
    }

    /** A place for this key, at once or not at all. */
    public Optional<Place> take(String key) {
        return take(key, Duration.ZERO);
    }

    /** A place for this key as soon as one is free; empty when the time is up, or the thread interrupted, before. */
    public Optional<Place> take(String key, Duration most) {
        Share share = shares.compute(key, (_, known) -> {
            Share one = known == null ? new Share(each) : known;
            one.interested++;
            return one;
        });
        Optional<Place> place = Optional.empty();
        try {
            place = take(key, share, System.nanoTime() + most.toNanos());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            if (place.isEmpty()) {
                forget(key);
            }
        }
        return place;
    }

    private Optional<Place> take(String key, Share share, long deadline) throws InterruptedException {
        if (interested(key) > mostOfOne || !acquire(share.free, deadline)) {
            return Optional.empty();
        }
        if (!acquire(places, deadline)) {
            share.free.release();
            return Optional.empty();
        }
        return Optional.of(new Place(key, share));
    }

    private static boolean acquire(Semaphore semaphore, long deadline) throws InterruptedException {
        return semaphore.tryAcquire(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private int interested(String key) {
        int[] count = new int[1];
        shares.computeIfPresent(key, (_, share) -> {
            count[0] = share.interested;
            return share;
        });
        return count[0];
    }

    private void forget(String key) {
        shares.computeIfPresent(key, (_, share) -> --share.interested == 0 ? null : share);
    }
}
