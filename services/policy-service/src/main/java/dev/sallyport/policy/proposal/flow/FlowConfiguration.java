package dev.sallyport.policy.proposal.flow;

import dev.sallyport.policy.budget.CallBudgets;
import dev.sallyport.policy.proposal.CallHistory;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The periodic tasks that look after open calls. */
@Configuration(proxyBeanMethods = false)
class FlowConfiguration {
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
    RepeatedTask callForgetting(
            CallMemory memory, CallBudgets budgets, AcceptedGrants grants, CallProperties properties) {
        return new RepeatedTask("call-forgetting", Duration.ofMinutes(10), () -> {
            memory.forgetBytes(properties.detailsKept());
            memory.forget(properties.kept());
            budgets.forgetUnused(properties.kept());
            grants.forget();
        });
    }
}
