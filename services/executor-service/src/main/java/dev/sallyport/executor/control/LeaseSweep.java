package dev.sallyport.executor.control;

import dev.sallyport.servicekit.telemetry.Traces;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Ends the calls whose leases were lost, each in a transaction of its own. One that cannot be ended is passed over, and is
 * tried again after 1, 2, 4 … seconds, a minute at most, so that it holds up no other.
 */
@Component
class LeaseSweep {
    private static final Logger log = LoggerFactory.getLogger(LeaseSweep.class);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final LostCalls calls;
    private final Clock clock;
    private final Counter failures;
    private final Map<String, Pause> pauses = new HashMap<>();

    LeaseSweep(LostCalls calls, Clock clock, MeterRegistry metrics) {
        this.calls = calls;
        this.clock = clock;
        this.failures = Counter.builder("sallyport.executions.sweep.failures")
                .description("attempts to end a call with a lost lease that failed; the call is tried again")
                .register(metrics);
    }

    /** How long a call is left alone, and until when. */
    private record Pause(Duration length, Instant until) {}

    /** One look: every lost lease that is not being left alone. */
    void run() {
        Instant now = clock.instant();
        pauses.values().removeIf(pause -> pause.until().isBefore(now.minus(LONGEST_PAUSE)));
        Optional<String> lost = next();
        while (lost.isPresent()) {
            end(lost.get());
            lost = next();
        }
    }

    private Optional<String> next() {
        Instant now = clock.instant();
        Set<String> leftAlone = pauses.entrySet().stream()
                .filter(pause -> now.isBefore(pause.getValue().until()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        return calls.lost(leftAlone);
    }

    private void end(String proposalId) {
        try (Traces.Scope _ = Traces.proposal(proposalId)) {
            calls.end(proposalId);
            pauses.remove(proposalId);
        } catch (RuntimeException e) {
            failures.increment();
            Duration length = Optional.ofNullable(pauses.get(proposalId))
                    .map(pause -> pause.length().multipliedBy(2))
                    .orElse(Duration.ofSeconds(1));
            Duration pause = length.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : length;
            pauses.put(proposalId, new Pause(pause, clock.instant().plus(pause)));
            log.error("the lost lease of {} could not be ended; the next attempt is in {}", proposalId, pause, e);
        }
    }
}
