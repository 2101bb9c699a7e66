package dev.sallyport.policy.policyset;

import dev.sallyport.policy.engine.CedarThreads;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicySnapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Activates the baseline before anything can ask. A baseline that does not compile stops the start. */
@Configuration(proxyBeanMethods = false)
class PolicySetConfiguration {
    private static final Logger log = LoggerFactory.getLogger(PolicySetConfiguration.class);

    @Bean
    PolicySetCompiler policySetCompiler(CedarThreads threads) {
        return new PolicySetCompiler(threads);
    }

    @Bean
    PolicySnapshot baselineSnapshot(PolicySetCompiler compiler, PolicyEngine engine) {
        PolicySnapshot baseline = compiler.compile(PolicyFiles.baseline());
        engine.activate(baseline);
        log.info(
                "Policy set {} is active with {} rules",
                baseline.version(),
                baseline.rules().size());
        return baseline;
    }
}
