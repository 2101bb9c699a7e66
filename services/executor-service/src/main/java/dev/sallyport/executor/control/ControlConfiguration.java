package dev.sallyport.executor.control;

import dev.sallyport.servicekit.freeze.FreezeConfiguration;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The role {@code control}. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "sallyport.executor.role", havingValue = "control")
@EnableConfigurationProperties(LeaseTerms.class)
@Import(FreezeConfiguration.class)
@ComponentScan
public class ControlConfiguration {
    /** The ledger is where a call is remembered; copies elsewhere go. */
    @Bean
    RepeatedTask executionCleaning(ExecutionTable table) {
        return new RepeatedTask("execution-cleaning", Duration.ofHours(1), table::forget);
    }

    @Bean
    RepeatedTask leaseSweepTask(LeaseSweep sweep, LeaseTerms terms, Clock clock) {
        Instant first = clock.instant().plus(terms.sweepAfter());
        return new RepeatedTask("lease-sweep", Duration.ofSeconds(1), () -> {
            if (!clock.instant().isBefore(first)) {
                sweep.run();
            }
        });
    }
}
