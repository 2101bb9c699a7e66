package dev.sallyport.policy.engine;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The engine and its threads. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EngineProperties.class)
class EngineConfiguration {
    @Bean
    CedarThreads cedarThreads(EngineProperties properties) {
        return new CedarThreads(properties.threads(), properties.budget());
    }

    @Bean
    PolicyEngine policyEngine(CedarThreads threads) {
        return new PolicyEngine(threads);
    }

    @Bean
    RehearsalEngine rehearsalEngine() {
        return new RehearsalEngine();
    }
}
