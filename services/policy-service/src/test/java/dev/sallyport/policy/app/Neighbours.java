package dev.sallyport.policy.app;

import dev.sallyport.policy.permit.ExecutionStops;
import dev.sallyport.servicekit.outbox.InclusionSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What this service asks of others, answered by hand. */
@Configuration(proxyBeanMethods = false)
public class Neighbours {
    /** Executor control's answers to stops, {@code UNKNOWN} being no answer. */
    public static final class Control implements ExecutionStops {
        private volatile Answer answer = Answer.STOPPED;
        private final List<String> asked = new CopyOnWriteArrayList<>();
        private final Map<String, String> reasons = new ConcurrentHashMap<>();

        public void answers(Answer next) {
            answer = next;
        }

        public List<String> asked() {
            return asked;
        }

        public Map<String, String> reasons() {
            return reasons;
        }

        @Override
        public Answer stop(String proposalId, String reason) {
            asked.add(proposalId);
            reasons.put(proposalId, reason);
            return answer;
        }
    }

    @Bean
    Control control() {
        return new Control();
    }

    /** A ledger that has everything but no call's end, so that rows stay to be looked at. */
    @Bean
    InclusionSource inclusionSource() {
        return digests -> digests.stream()
                .map(digest -> new InclusionSource.Inclusion(digest, true, false))
                .toList();
    }
}
