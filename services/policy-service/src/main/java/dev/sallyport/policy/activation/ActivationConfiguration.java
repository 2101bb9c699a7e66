package dev.sallyport.policy.activation;

import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The look at the set in force, and its part in readiness. */
@Configuration(proxyBeanMethods = false)
class ActivationConfiguration {
    @Bean
    RepeatedTask policySetWatch(ActivePolicySet active) {
        return new RepeatedTask("policy-set-watch", Duration.ofSeconds(1), active::follow);
    }

    @Bean
    HealthIndicator policySetHealthIndicator(ActivePolicySet active) {
        return () -> active.isLoaded()
                ? Health.up().build()
                : Health.outOfService()
                        .withDetail("reason", "the active policy set cannot be loaded, so everything is denied")
                        .build();
    }
}
