package dev.sallyport.servicekit.access;

import dev.sallyport.servicekit.identity.FleetClients;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who knows tokens, sessions and certificates: other services, unless this one declares that it does itself. */
@Configuration(proxyBeanMethods = false)
public class IntrospectionConfiguration {
    @Bean
    @ConditionalOnMissingBean
    TokenIntrospector tokenIntrospector(FleetClients fleet, MeterRegistry metrics) {
        return new FleetIntrospector(fleet, System::nanoTime, metrics);
    }

    @Bean
    @ConditionalOnMissingBean
    SessionIntrospector sessionIntrospector(FleetClients fleet, MeterRegistry metrics) {
        return new FleetIntrospector(fleet, System::nanoTime, metrics)::bySession;
    }

    @Bean
    AccessEvaluation accessEvaluation(FleetClients fleet) {
        return new AccessEvaluation(fleet);
    }
}
