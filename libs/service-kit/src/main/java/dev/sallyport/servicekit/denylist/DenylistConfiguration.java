package dev.sallyport.servicekit.denylist;

import dev.sallyport.identity.denylist.IssuedBy;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.identity.PresentIssuers;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import dev.sallyport.statements.verify.Revocations;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where the denylist comes from. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StateProperties.class)
public class DenylistConfiguration {
    @Bean
    HealthIndicator denylistHealthIndicator(Denylist denylist) {
        return () -> denylist.isFresh()
                ? Health.up().build()
                : Health.outOfService()
                        .withDetail("reason", "no denylist of vault-service younger than 10 minutes")
                        .build();
    }

    /**
     * The list is fetched by the clients that it is for, so it is handed to them when both are there. It is asked for once
     * before anything is answered: what was revoked while this service was down must not be served from the list of
     * before.
     */
    @Bean
    SmartInitializingSingleton revokedServers(FleetClients fleet, Denylist denylist) {
        return () -> {
            fleet.refuse(denylist);
            if (denylist instanceof FleetDenylist fetched) {
                fetched.fetchBeforeTheFirstAnswer();
            }
        };
    }

    /** vault-service says on its list by which authorities it issues. */
    @Bean
    PresentIssuers presentIssuers(Denylist denylist) {
        return authority -> denylist.inForce()
                .filter(list -> !list.issuing().isEmpty())
                .map(list -> list.issuing().contains(IssuedBy.name(authority)));
    }

    @Bean
    Revocations statementRevocations(Denylist denylist, ObjectProvider<LedgerProofs> proofs, IdentityInForce identity) {
        return new LedgerRevocations(denylist, proofs::getObject, identity.trust());
    }

    /** Everywhere but in attestation-service itself, and on nodes, which ask control. */
    @Bean
    @ConditionalOnMissingBean
    LedgerProofs ledgerProofs(FleetClients fleet) {
        return new FleetLedgerProofs(fleet, "attestation-service");
    }

    /** Everywhere but in vault-service itself. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(Denylist.class)
    static class FromVaultService {
        @Bean
        FleetDenylist fleetDenylist(FleetClients fleet, IdentityInForce identity, Clock clock, StateProperties state) {
            return new FleetDenylist(fleet, identity, clock, state.dir());
        }

        @Bean
        RepeatedTask denylistPoll(FleetDenylist denylist) {
            return new RepeatedTask("denylist-poll", Duration.ofSeconds(2), denylist::fetch);
        }
    }
}
