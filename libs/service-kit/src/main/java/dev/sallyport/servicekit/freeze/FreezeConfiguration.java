package dev.sallyport.servicekit.freeze;

import dev.sallyport.servicekit.access.AccessProperties;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.stream.Stream;
import org.flywaydb.core.api.Location;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A service that imports this holds freezes: it has their tables and endpoints, and applies those of the others. */
@Configuration(proxyBeanMethods = false)
public class FreezeConfiguration {
    private static final Location TABLES = Location.fromPath("classpath:", "db/freeze");

    @Bean
    static FlywayConfigurationCustomizer freezeTables() {
        return flyway -> flyway.locations(Stream.concat(Arrays.stream(flyway.getLocations()), Stream.of(TABLES))
                .toArray(Location[]::new));
    }

    @Bean
    FreezeTable freezeTable(JdbcClient jdbc) {
        return new FreezeTable(jdbc);
    }

    @Bean
    Freezes freezes(
            FreezeTable table,
            StatementOutbox outbox,
            ObjectProvider<FreezeListener> listeners,
            MeterRegistry metrics) {
        return new Freezes(table, outbox, listeners.orderedStream().toList(), metrics);
    }

    @Bean
    FreezeHandler freezeHandler(Freezes freezes, IdentityInForce identity) {
        return new FreezeHandler(freezes, identity.spiffeId().name());
    }

    @Bean
    FreezeController freezeController(Freezes freezes, AccessProperties access) {
        return new FreezeController(freezes, access);
    }

    @Bean
    FreezeReadings freezeReadings(FreezeTable table) {
        return new FreezeReadings(table);
    }
}
