package dev.sallyport.executor.node;

import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.claim.ClaimRequest;
import dev.sallyport.executor.claim.ClaimRequest.NodeHost;
import dev.sallyport.executor.claim.Claims;
import dev.sallyport.executor.claim.NodeOffer;
import dev.sallyport.executor.sandbox.KillCause;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Asks for work while there is room, and drains when the node is stopped: no new claims, time for what runs, then its
 * end, and in any case its testimony.
 */
final class ClaimLoop implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(ClaimLoop.class);

    static final Duration WAIT = Duration.ofSeconds(5);
    /** Time for the trees of drained calls to end, and for their results. */
    private static final Duration AFTER_KILL = Duration.ofSeconds(5);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final ControlClient control;
    private final CallRunner runner;
    private final ProvenTiers tiers;
    private final Supplier<NodeOffer> offer;
    private final Delivery lastDelivery;
    private final NodeStanding standing;
    private final String journal;
    private final Duration drain;
    private final int capacity;
    private final Map<String, Integer> toolLimits;
    private final Semaphore room;
    private volatile boolean running;
    private @Nullable Thread thread;

    /** Hands over what is spooled. */
    interface Delivery {
        void deliver() throws IOException, InterruptedException;
    }

    ClaimLoop(
            ControlClient control,
            CallRunner runner,
            ProvenTiers tiers,
            Supplier<NodeOffer> offer,
            NodeProperties properties,
            NodeStanding standing,
            String journal,
            Delivery lastDelivery) {
        this.control = control;
        this.runner = runner;
        this.tiers = tiers;
        this.offer = offer;
        this.capacity = properties.capacity();
        this.toolLimits = properties.toolLimits();
        this.drain = properties.drain();
        this.room = new Semaphore(capacity);
        this.standing = standing;
        this.journal = journal;
        this.lastDelivery = lastDelivery;
    }

    @Override
    public synchronized void start() {
        if (!running) {
            running = true;
            thread = Thread.ofVirtual().name("claims").start(this::loop);
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public void stop() {
        running = false;
        Thread asking = thread;
        try {
            // A request that is under way may already have been given a call: it is waited for and the call is run.
            if (asking != null && !asking.join(WAIT.plusSeconds(2))) {
                asking.interrupt();
            }
            tellDraining();
            if (!room.tryAcquire(capacity, drain.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("{} calls are ended because the node stops", runner.count());
                runner.killAll(KillCause.DRAINED);
                room.tryAcquire(capacity, AFTER_KILL.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            runner.killAll(KillCause.DRAINED);
            Thread.currentThread().interrupt();
        }
        try {
            lastDelivery.deliver();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            log.warn("results stay spooled until the next start: {}", e.getMessage());
        }
    }

    /** Control hands nothing to a node without room, and lists it as draining. */
    private void tellDraining() {
        try {
            control.claim(request(NodeOffer.NOTHING, 0, 1, Duration.ZERO));
        } catch (RuntimeException e) {
            log.warn("control could not be told that this node drains: {}", e.getMessage());
        }
    }

    private void loop() {
        while (running) {
            try {
                if (tiers.report() == null) {
                    pause(Duration.ofMillis(500));
                    continue;
                }
                // A node that has proven nothing, or may not ask for work, gets nothing, but it says so: control lists
                // it
                // without a tier. The first answer tells whether the clocks agree.
                boolean mayAsk = standing.known() && standing.trouble().isEmpty();
                NodeOffer offered = mayAsk ? offer.get() : NodeOffer.NOTHING;
                Duration wait = standing.known() ? WAIT : Duration.ZERO;
                room.acquire();
                int places = 1 + room.drainPermits();
                int most = Math.min(places, ClaimRequest.MOST);
                int taken = 0;
                @Nullable String attack;
                try {
                    long asked = System.nanoTime();
                    Claims claims = control.claim(request(offered, capacity, most, wait));
                    attack = claims.attack();
                    for (Claim claim : claims.claims()) {
                        taken++;
                        runner.received(claim);
                        Thread.ofVirtual().name("call").start(() -> run(claim, asked));
                    }
                } finally {
                    room.release(places - taken);
                }
                if (attack != null) {
                    attack(attack);
                }
            } catch (InterruptedException _) {
                return;
            } catch (RuntimeException e) {
                if (running) {
                    log.warn("no work could be asked for: {}", e.getMessage());
                    pause(AFTER_FAILURE);
                }
            }
        }
    }

    /** No call may run meanwhile. One that goes on for long puts the trial off until the next time that control asks. */
    private void attack(String id) throws InterruptedException {
        if (!room.tryAcquire(capacity, drain.toMillis(), TimeUnit.MILLISECONDS)) {
            log.info("a trial of the sandboxes waits for calls that run");
            return;
        }
        try {
            log.info("every promise of the sandboxes is tried, as an operator has asked");
            control.attacked(id, tiers.attack());
        } catch (IOException e) {
            log.warn("the sandboxes could not be tried: {}", e.getMessage());
        } finally {
            room.release(capacity);
        }
    }

    private void run(Claim claim, long asked) {
        try {
            runner.run(claim, asked, room::release);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("a call's result could not be kept; control will call it indeterminate", e);
        }
    }

    private ClaimRequest request(NodeOffer offered, int capacity, int most, Duration wait) {
        return new ClaimRequest(
                offered,
                capacity,
                most,
                (int) wait.toMillis(),
                new NodeHost(
                        System.getProperty("os.name", ""),
                        System.getProperty("os.version", ""),
                        System.getProperty("os.arch", ""),
                        tiers.backend()),
                new ClaimRequest.Held(journal, runner.held()),
                toolLimits);
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
