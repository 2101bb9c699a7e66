package dev.sallyport.policy.proposal;

import dev.sallyport.policy.permit.PermitProperties;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What runs by itself. */
@Configuration(proxyBeanMethods = false)
class ProposalConfiguration {
    @Bean
    RepeatedTask callSweepTask(CallSweep sweep, PermitProperties properties) {
        return new RepeatedTask("call-sweep", properties.sweepEvery(), sweep::run);
    }

    @Bean
    RepeatedTask queueWatchTask(QueueWatch watch, PermitProperties properties) {
        return new RepeatedTask("queue-watch", properties.sweepEvery(), watch::look);
    }

    @Bean
    RepeatedTask callWatchTask(CallSignals signals) {
        return new RepeatedTask("call-watch", Duration.ofMillis(250), signals::watch);
    }

    @Bean
    RepeatedTask idempotencyCleaning(Idempotency idempotency) {
        return new RepeatedTask("idempotency-cleaning", Duration.ofMinutes(10), idempotency::clean);
    }
}
