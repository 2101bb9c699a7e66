package dev.sallyport.executor.node;

import dev.sallyport.servicekit.telemetry.Traces;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings results to control, each for itself: one that control does not answer to holds up no other. */
final class ResultDelivery {
    private static final Logger log = LoggerFactory.getLogger(ResultDelivery.class);

    /** Results read and on their way at once, so that a long spool is never in memory as a whole. */
    private static final int AT_ONCE = 8;

    private static final Duration AGAIN = Duration.ofMillis(500);

    private final ResultSpool spool;
    private final Keeper keeper;
    private final Function<ResultSpool.Unconfirmed, ControlClient.Receipt> control;
    private final Set<ResultSpool.Key> inHand = ConcurrentHashMap.newKeySet();

    /**
     * @param control takes a result and says what became of it; what it throws is a passing fault
     */
    ResultDelivery(ResultSpool spool, Function<ResultSpool.Unconfirmed, ControlClient.Receipt> control) {
        this(spool, spool::put, control);
    }

    /**
     * @param keeper writes a result to the spool, with room that is set aside where the disk is full
     * @param control takes a result and says what became of it; what it throws is a passing fault
     */
    ResultDelivery(ResultSpool spool, Keeper keeper, Function<ResultSpool.Unconfirmed, ControlClient.Receipt> control) {
        this.spool = spool;
        this.keeper = keeper;
        this.control = control;
    }

    /** Writes a result to the spool. */
    @FunctionalInterface
    interface Keeper {
        void keep(ResultSpool.Unconfirmed result) throws IOException;
    }

    /**
     * Keeps a result and hands it over, again and again while its lease holds. What control has not answered to by then
     * stays spooled.
     *
     * @return whether control has answered for good
     */
    boolean handOver(ResultSpool.Unconfirmed result, BooleanSupplier leaseHolds) throws InterruptedException {
        inHand.add(result.key());
        try {
            try {
                keeper.keep(result);
            } catch (IOException e) {
                log.error(
                        "the result of {} cannot be kept on disk and is lost if control does not take it now",
                        result.key().proposalId(),
                        e);
            }
            while (!deliver(result)) {
                if (!leaseHolds.getAsBoolean()) {
                    return false;
                }
                Thread.sleep(AGAIN);
            }
            return true;
        } finally {
            inHand.remove(result.key());
        }
    }

    /** Hands over what is spooled and nobody has in hand; what control does not answer to stays. */
    void deliverSpooled() throws IOException, InterruptedException {
        Semaphore room = new Semaphore(AT_ONCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (ResultSpool.Key key : spool.waiting()) {
                if (inHand.add(key)) {
                    room.acquire();
                    threads.execute(() -> {
                        try {
                            deliver(key);
                        } finally {
                            inHand.remove(key);
                            room.release();
                        }
                    });
                }
            }
        }
    }

    private void deliver(ResultSpool.Key key) {
        try {
            Optional<ResultSpool.Unconfirmed> result = spool.read(key);
            if (result.isPresent()) {
                deliver(result.get());
            }
        } catch (IOException e) {
            log.error("the result of {} cannot be read", key.proposalId(), e);
        }
    }

    /** Whether control has answered for good. */
    private boolean deliver(ResultSpool.Unconfirmed result) {
        String id = result.key().proposalId();
        try (Traces.Scope _ = Traces.proposal(id)) {
            switch (control.apply(result)) {
                case TAKEN -> spool.remove(result.key());
                case LATE -> {
                    log.warn("the result of {} came too late", id);
                    spool.remove(result.key());
                }
                case REFUSED -> {
                    log.error("control refuses the result of {}; it is set aside", id);
                    spool.setAside(result);
                }
            }
            return true;
        } catch (IOException e) {
            log.error("the spool cannot be changed; control has answered about {}", id, e);
            return true;
        } catch (RuntimeException e) {
            log.warn("the result of {} could not be handed over: {}", id, e.getMessage());
            return false;
        }
    }
}
