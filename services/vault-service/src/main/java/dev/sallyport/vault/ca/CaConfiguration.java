package dev.sallyport.vault.ca;

import dev.sallyport.identity.ca.Authorities;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.protect.KeyProtector;
import dev.sallyport.servicekit.identity.CertificateSource;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The issuing authorities, from their sealed file; independent of the key ring and its seal. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IssuingProperties.class)
class CaConfiguration {
    /** What seals the authorities' keys, and the little that is secret about a pairing. */
    @Bean
    KeyProtector authorityProtector(IssuingProperties properties, IdentityInForce identity) {
        return Authorities.issuingProtector(
                properties.issuingDir(),
                properties.protector(),
                identity.trust().fleetId());
    }

    @Bean
    CertificateIssuer certificateIssuer(IssuingAuthorities issuing, IdentityInForce identity, Clock clock) {
        return new CertificateIssuer(issuing, identity.trust().trustDomain(), clock);
    }

    @Bean
    RepeatedTask issuingAuthoritiesWatch(IssuingAuthorities issuing) {
        return new RepeatedTask("issuing-authorities-watch", Duration.ofSeconds(2), issuing::catchUp);
    }

    /** This service renews its own certificates at its own authority. */
    @Bean
    CertificateSource certificateSource(FleetCertificates certificates, IdentityInForce identity) {
        return (tlsCsr, signingCsr) -> {
            FleetCertificates.Chains chains = certificates.renew(
                    identity.spiffeId(),
                    identity.identity().tls().leaf(),
                    new FleetCertificates.Requests(tlsCsr, signingCsr));
            return new CertificateSource.Chains(chains.tls(), chains.signing());
        };
    }
}
