package dev.sallyport.servicekit.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Kafka; absent in a process without a database, such as an executor node. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBean(DataSource.class)
@EnableConfigurationProperties({Topics.class, BrokerTrust.class})
public class KafkaConfiguration {
    @Bean
    KafkaClients kafkaClients(
            KafkaProperties properties, SslBundles bundles, BrokerTrust trust, MeterRegistry metrics) {
        return new KafkaClients(properties, bundles, trust, metrics);
    }

    @Bean
    TopicWatch topicWatch(KafkaClients kafka) {
        return new TopicWatch(kafka::topicIds);
    }
}
