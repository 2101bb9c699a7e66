package dev.sallyport.servicekit.connector;

import jakarta.servlet.ServletRequest;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds how many requests the service works on at the same time. Without a bound, requests would wait for the database
 * longer than their callers wait for an answer. Callers then ask again, so that all work is wasted, even after the cause
 * is gone.
 */
public final class ConcurrencyLimit {
    private static final String ATTRIBUTE = ConcurrencyLimit.class.getName();

    private final Semaphore free;

    /** The place of one request, given back as often as it was taken. */
    private record Place(Semaphore free, AtomicBoolean taken) {
        boolean takeAgain(Duration most) throws InterruptedException {
            if (taken.get()) {
                return true;
            }
            boolean got = free.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS);
            taken.set(got);
            return got;
        }

        void giveBack() {
            if (taken.compareAndSet(true, false)) {
                free.release();
            }
        }
    }

    /** With this many places, at least 1. */
    ConcurrencyLimit(int count) {
        this.free = new Semaphore(count);
    }

    /** Takes a place for the request if there is one; it is to be {@linkplain #leave given back}. */
    boolean enter(ServletRequest request) {
        if (!free.tryAcquire()) {
            return false;
        }
        request.setAttribute(ATTRIBUTE, new Place(free, new AtomicBoolean(true)));
        return true;
    }

    /**
     * Gives the request's place back, for whoever has done the work and only waits from now on. Nothing happens without a
     * place, or the second time.
     */
    public static void leave(ServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Place place) {
            place.giveBack();
        }
    }

    /**
     * Takes a place again for a request that had {@linkplain #leave given back} its own, before it reads what it answers
     * with: a thousand that have waited for the same would otherwise hold it in memory a thousand times.
     *
     * @param most how long to wait for a place
     * @return whether the request has a place now, or never had one
     */
    public static boolean comeBack(ServletRequest request, Duration most) {
        try {
            return !(request.getAttribute(ATTRIBUTE) instanceof Place place) || place.takeAgain(most);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
