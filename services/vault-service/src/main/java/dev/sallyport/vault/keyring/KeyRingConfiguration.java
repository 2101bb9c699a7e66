package dev.sallyport.vault.keyring;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.protect.FileKeyProtector;
import dev.sallyport.identity.protect.KeyProtector;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import dev.sallyport.vault.audit.VaultAudit;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** The key ring, opened at the start, and its part in readiness. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KeyRingProperties.class)
class KeyRingConfiguration {
    @Bean
    KeyRing keyRing(
            KeyTermTable table,
            VaultAudit audit,
            KeyRingProperties properties,
            IdentityInForce identity,
            TransactionTemplate transaction,
            Clock clock) {
        boolean first = table.all().isEmpty();
        KeyRing ring = new KeyRing(
                table,
                protector(properties, first),
                audit,
                properties,
                identity.trust().fleetId(),
                transaction,
                clock);
        ring.open();
        return ring;
    }

    /** A new key file is made for a new ring only: to an existing one it would be the wrong key. */
    private static KeyProtector protector(KeyRingProperties properties, boolean first) {
        if (!first && !Files.exists(properties.keyringKey(), LinkOption.NOFOLLOW_LINKS)) {
            throw new IdentityException.FleetState("the key file of the key ring is missing: " + properties.keyringKey()
                    + ". Restore it from its backup; without it no secret can be opened");
        }
        KeyProtector protector = FileKeyProtector.openOrCreate(properties.keyringKey());
        return switch (protector.probe()) {
            case KeyProtector.Availability.Available _ -> protector;
            case KeyProtector.Availability.Absent(String reason) -> throw new IdentityException.FleetState(reason);
        };
    }

    @Bean
    RepeatedTask keyRingWatch(KeyRing ring) {
        return new RepeatedTask("key-ring-watch", Duration.ofSeconds(1), ring::catchUp);
    }

    @Bean
    MeterBinder vaultSealMetrics(KeyRing ring) {
        return metrics -> Gauge.builder(
                        "sallyport.vault.sealed", ring, keys -> keys.state() == KeyRing.SealState.UNSEALED ? 0 : 1)
                .description("1 while no secret can be opened")
                .register(metrics);
    }

    @Bean
    HealthIndicator vaultHealthIndicator(KeyRing ring) {
        return () -> ring.state() == KeyRing.SealState.UNSEALED
                ? Health.up().build()
                : Health.outOfService().withDetail("state", ring.state()).build();
    }
}
