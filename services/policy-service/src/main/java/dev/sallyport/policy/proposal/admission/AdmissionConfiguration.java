package dev.sallyport.policy.proposal.admission;

import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The periodic tasks of admission. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(QuestionProperties.class)
class AdmissionConfiguration {
    @Bean
    RepeatedTask idempotencyCleaning(Idempotency idempotency) {
        return new RepeatedTask("idempotency-cleaning", Duration.ofMinutes(10), idempotency::clean);
    }

    @Bean
    RepeatedTask refusedProposalsStatements(RefusedProposals refused) {
        return new RepeatedTask("refused-proposals", Duration.ofMinutes(1), refused::state);
    }
}
