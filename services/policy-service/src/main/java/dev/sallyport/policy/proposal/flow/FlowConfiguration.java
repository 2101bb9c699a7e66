package dev.sallyport.policy.proposal.flow;

import dev.sallyport.policy.budget.RunBudgets;
import dev.sallyport.policy.proposal.CallHistory;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import dev.sallyport.servicekit.outbox.AppliedSource;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClientException;

/** The periodic tasks that look after open calls. */
@Configuration(proxyBeanMethods = false)
class FlowConfiguration {
    private static final Logger log = LoggerFactory.getLogger(FlowConfiguration.class);

    @Bean
    @ConditionalOnMissingBean
    QuestionArrivals questionArrivals(AppliedSource recipients) {
        return questions -> {
            try {
                return Optional.of(recipients.applied("approval-service", questions));
            } catch (RestClientException | IllegalStateException e) {
                log.warn("approval-service did not answer which questions it has: {}", e.getMessage());
                return Optional.empty();
            }
        };
    }

    @Bean
    RepeatedTask callSweepTask(CallSweep sweep, CallProperties properties) {
        return new RepeatedTask("call-sweep", properties.sweepEvery(), sweep::run);
    }

    @Bean
    RepeatedTask queueWatchTask(QueueWatch watch, CallProperties properties) {
        return new RepeatedTask("queue-watch", properties.sweepEvery(), watch::look);
    }

    @Bean
    RepeatedTask revokedEvidenceTask(RevokedEvidence evidence, CallProperties properties) {
        return new RepeatedTask("revoked-evidence", properties.sweepEvery(), evidence::run);
    }

    @Bean
    RepeatedTask callWatchTask(CallHistory history) {
        return new RepeatedTask("call-watch", Duration.ofMillis(250), history::watch);
    }

    @Bean
    RepeatedTask callForgetting(CallMemory memory, RunBudgets budgets, CallProperties properties) {
        return new RepeatedTask("call-forgetting", Duration.ofMinutes(10), () -> {
            memory.forgetBytes(properties.detailsKept());
            memory.forget(properties.kept());
            budgets.forgetUnused(properties.kept());
        });
    }
}
