package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.statements.predicate.Decision;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.springframework.stereotype.Component;

/** How long decisions take, by outcome; a decision that the engine could not make counts as {@code error}. */
@Component
class DecisionMetrics {
    private static final String ERROR = "error";

    private final Map<String, Timer> evaluations = new HashMap<>();

    DecisionMetrics(MeterRegistry metrics) {
        Arrays.stream(Decision.Outcome.values())
                .map(Decision.Outcome::wire)
                .forEach(outcome -> evaluations.put(outcome, timer(metrics, outcome)));
        evaluations.put(ERROR, timer(metrics, ERROR));
    }

    private static Timer timer(MeterRegistry metrics, String outcome) {
        return Timer.builder("sallyport.policy.evaluation")
                .tag("outcome", outcome)
                .description("one decision on what is known now, at a proposal, an answer or a permit")
                .serviceLevelObjectives(LongStream.of(1, 2, 5, 10, 25, 50, 100, 250, 1_000)
                        .mapToObj(Duration::ofMillis)
                        .toArray(Duration[]::new))
                .register(metrics);
    }

    void decided(DecisionCode code, Duration taken) {
        String outcome = code.isFailure() ? ERROR : code.outcome().wire();
        Objects.requireNonNull(evaluations.get(outcome)).record(taken);
    }
}
