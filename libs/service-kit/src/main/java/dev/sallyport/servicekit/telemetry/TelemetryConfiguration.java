package dev.sallyport.servicekit.telemetry;

import dev.sallyport.identity.Credential;
import dev.sallyport.servicekit.denylist.Denylist;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Metrics and traces that every process has. */
@Configuration(proxyBeanMethods = false)
public class TelemetryConfiguration {
    private static final Duration READ_EVERY = Duration.ofSeconds(5);

    /** Of what Kafka's clients measure, hundreds of series, those that an operator asks about. */
    private static final List<String> KAFKA = List.of(
            "kafka.consumer.fetch.manager.records.lag",
            "kafka.consumer.fetch.manager.records.lag.max",
            "kafka.consumer.fetch.manager.records.consumed.total",
            "kafka.consumer.coordinator.assigned.partitions",
            "kafka.consumer.connection.count");

    @Bean
    Traces traces(ObjectProvider<Tracer> tracer, ObjectProvider<Propagator> propagator) {
        return new Traces(tracer.getIfAvailable(), propagator.getIfAvailable());
    }

    @Bean
    static MeterFilter fewKafkaMetrics() {
        return MeterFilter.deny(id -> id.getName().startsWith("kafka.") && !KAFKA.contains(id.getName()));
    }

    @Bean
    RepeatedTask metricReadings(ObjectProvider<Readings> readings, MeterRegistry metrics) {
        List<ReadingRound> rounds = readings.orderedStream()
                .map(reading -> new ReadingRound(reading, new Gauges(metrics)))
                .toList();
        return new RepeatedTask("metric-readings", READ_EVERY, () -> {
            for (ReadingRound round : rounds) {
                round.take();
            }
        });
    }

    private record ReadingRound(Readings readings, Gauges gauges) {
        void take() throws Exception {
            try {
                readings.take(gauges);
            } catch (Exception e) {
                gauges.forget();
                throw e;
            }
        }
    }

    @Bean
    MeterBinder identityMetrics(IdentityInForce identity, Denylist denylist, Clock clock) {
        return metrics -> {
            expiry(metrics, "tls", () -> Optional.of(identity.identity().tls()), clock);
            expiry(metrics, "signing", () -> identity.identity().signing(), clock);
            Gauge.builder(
                            "sallyport.denylist.age.seconds",
                            denylist,
                            list -> list.issuedAt()
                                    .map(issued -> seconds(issued, clock.instant()))
                                    .orElse(Double.NaN))
                    .description("time since vault-service signed the denylist in force here")
                    .register(metrics);
        };
    }

    private static void expiry(
            MeterRegistry metrics, String purpose, Supplier<Optional<Credential>> credential, Clock clock) {
        if (credential.get().isEmpty()) {
            return;
        }
        Gauge.builder(
                        "sallyport.certificate.expiry.seconds",
                        credential,
                        current -> current.get()
                                .map(held -> seconds(
                                        clock.instant(),
                                        held.leaf().getNotAfter().toInstant()))
                                .orElse(Double.NaN))
                .tag("purpose", purpose)
                .description("time until the certificate in force ends; it is renewed at half of its life")
                .strongReference(true)
                .register(metrics);
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }
}
