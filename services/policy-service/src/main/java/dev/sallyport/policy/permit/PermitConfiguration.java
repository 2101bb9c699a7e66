package dev.sallyport.policy.permit;

import dev.sallyport.servicekit.identity.FleetClients;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts that ask other services. */
@Configuration(proxyBeanMethods = false)
class PermitConfiguration {
    @Bean
    @ConditionalOnMissingBean
    ExecutionStops executionStops(FleetClients fleet) {
        return new ControlStops(fleet);
    }

    @Bean
    @ConditionalOnMissingBean
    NodeOffers nodeOffers(FleetClients fleet) {
        return new ControlOffers(fleet);
    }

    @Bean
    @ConditionalOnMissingBean
    QuestionArrivals questionArrivals(FleetClients fleet) {
        return new ApprovalArrivals(fleet);
    }

    @Bean
    @ConditionalOnMissingBean
    SecretVersions secretVersions(FleetClients fleet) {
        return new VaultSecretVersions(fleet);
    }
}
