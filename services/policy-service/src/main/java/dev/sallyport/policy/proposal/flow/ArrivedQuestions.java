package dev.sallyport.policy.proposal.flow;

import dev.sallyport.policy.permit.QuestionArrivals;
import dev.sallyport.policy.proposal.ApprovalQuestion;
import dev.sallyport.policy.proposal.Call;
import dev.sallyport.policy.proposal.Phase;
import dev.sallyport.servicekit.cache.RecentlyUsed;
import dev.sallyport.statements.Digest;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Which questions approval-service has. A question travels there some moments after its call was stored; its id is
 * shown to callers only from then on, so that an id that is shown can be looked up.
 */
@Component
public class ArrivedQuestions {
    private static final int REMEMBERED = 10_000;
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final QuestionArrivals arrivals;
    private final RecentlyUsed<Digest, Boolean> arrived = new RecentlyUsed<>(REMEMBERED);

    ArrivedQuestions(QuestionArrivals arrivals) {
        this.arrivals = arrivals;
    }

    /** Those of the calls whose question may be shown, by the calls' ids. Asks approval-service once at most. */
    public Set<String> shown(Collection<Call> calls) {
        List<Digest> unknown = calls.stream()
                .filter(call -> call.progress().question() != null && !isShown(call))
                .map(call -> call.progress().asked().statement())
                .toList();
        if (!unknown.isEmpty()) {
            learn(unknown);
        }
        return calls.stream().filter(this::isShown).map(Call::id).collect(Collectors.toUnmodifiableSet());
    }

    /** Waits until the question of this call has arrived, the time is up, or approval-service does not answer. */
    public void await(Call call, Duration most) {
        if (call.progress().question() == null || isShown(call)) {
            return;
        }
        List<Digest> question = List.of(call.progress().asked().statement());
        long deadline = System.nanoTime() + most.toNanos();
        try {
            while (learn(question) && !isShown(call) && System.nanoTime() < deadline) {
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** False when approval-service does not answer. */
    private boolean learn(List<Digest> questions) {
        Optional<List<Digest>> there = arrivals.of(questions);
        there.ifPresent(known -> known.forEach(digest -> arrived.put(digest, true)));
        return there.isPresent();
    }

    /** A question that is not open any more was answered, or the answer does not matter. */
    private boolean isShown(Call call) {
        ApprovalQuestion question = call.progress().question();
        return question != null
                && (call.progress().phase() != Phase.APPROVE
                        || Objects.requireNonNullElse(arrived.get(question.statement()), false));
    }
}
