package dev.sallyport.policy.limit;

import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The limits of requests, and how many replicas share them. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LimitProperties.class)
class LimitConfiguration {
    @Bean
    Replicas replicas(JdbcClient jdbc, TransactionTemplate transaction, Ulids ulids) {
        return new Replicas(jdbc, transaction, ulids.next());
    }

    @Bean
    RepeatedTask replicaBeat(Replicas replicas) {
        return new RepeatedTask("replica-beat", Replicas.BEAT, replicas::beat);
    }

    @Bean
    RequestRates requestRates(LimitProperties properties, Replicas replicas) {
        return new RequestRates(properties.requestsOfPrincipal(), replicas::living, System::nanoTime);
    }
}
