package dev.sallyport.executor.node;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether this node may ask for work, as the health of {@code claims}. A node that cannot run what it is given must not
 * take its pool's calls one after the other.
 */
final class NodeStanding implements HealthIndicator {
    /** How far this node's clock and control's may be apart. */
    static final Duration SKEW = Duration.ofSeconds(5);

    /** How old the {@code Date} of an answer may be: it has whole seconds and is made anew once a second. */
    private static final Duration DATE_AGE = Duration.ofSeconds(2);

    private final Clock clock;
    private final AtomicInteger stuck = new AtomicInteger();
    private volatile @Nullable String refusedClaim;
    private volatile @Nullable String clockTrouble;
    private volatile boolean answered;

    NodeStanding(Clock clock) {
        this.clock = clock;
    }

    /** Control has answered, by this clock of its own; null where its answer does not tell. */
    void answered(@Nullable Instant date) {
        answered = true;
        if (date != null) {
            Instant now = clock.instant();
            boolean slow = date.isAfter(now.plus(SKEW));
            boolean fast = date.plus(DATE_AGE).isBefore(now.minus(SKEW));
            clockTrouble =
                    slow || fast ? "This host's clock says " + now + ", control's " + date + ": set the clock." : null;
        }
    }

    /** A claim says that it was made later than it is here. */
    void claimedAhead(Instant claimedAt) {
        clockTrouble =
                "This host's clock says " + clock.instant() + ", a claim was made at " + claimedAt + ": set the clock.";
    }

    /** A claim did not verify. That is so until the node is started again, with what was wrong put right. */
    void refused(String why) {
        refusedClaim = "A claim handed over by control did not verify (" + why
                + "). Compare this node's trust.json with control's, then start the node again.";
    }

    /** The processes of a call could not be ended. */
    void stuck() {
        stuck.incrementAndGet();
    }

    /** They are gone after all. */
    void unstuck() {
        stuck.decrementAndGet();
    }

    /** Whether control has answered at all. */
    boolean known() {
        return answered;
    }

    /** Why this node may not ask for work; empty when it may. */
    Optional<String> trouble() {
        if (refusedClaim != null) {
            return Optional.of(refusedClaim);
        }
        if (clockTrouble != null) {
            return Optional.of(clockTrouble);
        }
        int calls = stuck.get();
        return calls == 0
                ? Optional.empty()
                : Optional.of(
                        "The processes of " + calls + " calls could not be ended. See the log, or restart the host.");
    }

    @Override
    public Health health() {
        return trouble()
                .map(why -> Health.outOfService().withDetail("reason", why))
                .orElseGet(Health::up)
                .build();
    }
}
