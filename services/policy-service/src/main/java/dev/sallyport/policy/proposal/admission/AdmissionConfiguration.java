package dev.sallyport.policy.proposal.admission;

import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The periodic task that forgets old idempotency keys. */
@Configuration(proxyBeanMethods = false)
class AdmissionConfiguration {
    @Bean
    RepeatedTask idempotencyCleaning(Idempotency idempotency) {
        return new RepeatedTask("idempotency-cleaning", Duration.ofMinutes(10), idempotency::clean);
    }
}
