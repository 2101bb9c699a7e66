package dev.sallyport.vault.ca;

import dev.sallyport.identity.ca.Authorities;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.servicekit.identity.CertificateSource;
import dev.sallyport.servicekit.identity.IdentityInForce;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The issuing authorities, from their sealed file; independent of the key ring and its seal. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IssuingProperties.class)
class CaConfiguration {
    @Bean
    CertificateIssuer certificateIssuer(IssuingProperties properties, IdentityInForce identity, Clock clock) {
        Authorities issuing = Authorities.openIssuing(
                properties.issuingDir(),
                properties.protector(),
                identity.trust().fleetId(),
                clock.instant());
        return new CertificateIssuer(
                issuing.tls(), issuing.signing(), identity.trust().trustDomain(), clock);
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
