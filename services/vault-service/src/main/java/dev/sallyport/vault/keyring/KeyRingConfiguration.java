package dev.sallyport.vault.keyring;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.protect.KeyProtectors;
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
            PeopleKeyTable peopleTable,
            VaultAudit audit,
            KeyRingProperties properties,
            IdentityInForce identity,
            TransactionTemplate transaction,
            Clock clock) {
        boolean first = table.all().isEmpty();
        String fleetId = identity.trust().fleetId();
        RingProtector protector = protector(properties, fleetId, first);
        PeopleKey people = new PeopleKey(peopleTable, protector.now(), fleetId);
        KeyRing ring = new KeyRing(table, protector, people, audit, properties, fleetId, transaction, clock);
        ring.open();
        return ring;
    }

    /** A new key is made for a new ring only: to an existing one it would be the wrong key. */
    private static RingProtector protector(KeyRingProperties properties, String fleetId, boolean first) {
        if (!first
                && properties.keyringProtector() == null
                && !Files.exists(properties.keyringKey(), LinkOption.NOFOLLOW_LINKS)) {
            throw new IdentityException.FleetState("the key file of the key ring is missing: " + properties.keyringKey()
                    + ". Restore it from its backup; without it no secret can be opened");
        }
        String before = properties.keyringProtectorBefore();
        // Where the ring comes from another protector, the key of the new one may have to be made.
        return new RingProtector(
                KeyProtectors.open(properties.protector(), fleetId, first || before != null),
                before == null ? null : KeyProtectors.open(before, fleetId, false));
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
