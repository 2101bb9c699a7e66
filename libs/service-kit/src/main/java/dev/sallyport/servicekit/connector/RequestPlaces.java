package dev.sallyport.servicekit.connector;

import jakarta.servlet.ServletRequest;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds how many requests are served at once, and how many more may wait for that. Without a bound, requests beyond what
 * the database can do wait for it longer than those who sent them, who then ask again: all the work is for nobody, and it
 * stays so when the cause is gone. Meanwhile what the service does by itself, such as taking statements from Kafka, waits
 * behind them for the same connections.
 */
public final class RequestPlaces {
    /** Nobody waits longer, whatever holds up the others. */
    private static final long LONGEST_WAIT_S = 15;

    private static final String ATTRIBUTE = RequestPlaces.class.getName();

    private final Semaphore admitted;
    private final Semaphore served;

    /** The place of one request, given back once. */
    private record Place(RequestPlaces of, AtomicBoolean taken) {
        void giveBack() {
            if (taken.compareAndSet(true, false)) {
                of.served.release();
                of.admitted.release();
            }
        }
    }

    /**
     * So many places.
     *
     * @param admitted requests that are served or wait for it, at least 1
     * @param served requests that are served at once, at least 1
     */
    RequestPlaces(int admitted, int served) {
        this.admitted = new Semaphore(admitted);
        this.served = new Semaphore(served, true);
    }

    /** Takes a place for the request if one becomes free in time; it is to be {@linkplain #leave given back}. */
    boolean enter(ServletRequest request) {
        if (!admitted.tryAcquire()) {
            return false;
        }
        boolean place = false;
        try {
            place = served.tryAcquire(LONGEST_WAIT_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!place) {
                admitted.release();
            }
        }
        if (place) {
            request.setAttribute(ATTRIBUTE, new Place(this, new AtomicBoolean(true)));
        }
        return place;
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
}
