package dev.sallyport.servicekit.kafka;

import dev.sallyport.servicekit.denylist.Denylist;
import dev.sallyport.servicekit.identity.FleetSslEngineFactory;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.statements.trust.SpiffeId;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
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
            KafkaProperties properties,
            SslBundles bundles,
            BrokerTrust trust,
            MeterRegistry metrics,
            IdentityInForce identity,
            Denylist denylist) {
        var broker = new FleetSslEngineFactory.Broker(
                new SpiffeId(identity.spiffeId().trustDomain(), SpiffeId.Kind.INFRA, List.of("kafka")), denylist);
        return new KafkaClients(properties, bundles, broker, trust, metrics);
    }

    @Bean
    TopicWatch topicWatch(KafkaClients kafka) {
        return new TopicWatch(kafka::topicIds);
    }
}
