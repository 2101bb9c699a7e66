package dev.sallyport.vault.ca;

import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.ca.Authorities;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.protect.KeyProtector;
import dev.sallyport.servicekit.identity.CertificateSource;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.identity.TrustSource;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.security.cert.X509Certificate;
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

    @Bean
    RepeatedTask fleetTrustWatch(FleetTrust trust) {
        return new RepeatedTask("fleet-trust-watch", Duration.ofSeconds(2), trust::catchUp);
    }

    /** This service follows the steps that it keeps. */
    @Bean
    TrustSource trustSource(FleetTrust trust) {
        return trust::after;
    }

    /** Weeks before an authority ends somebody has to rotate it, and nothing reminds of that by failing. */
    @Bean
    MeterBinder authorityExpiry(IssuingAuthorities issuing, Clock clock) {
        return metrics -> {
            for (X509Certificate kind : issuing.present()) {
                boolean tls = KeyTypes.isTls(kind.getPublicKey());
                Gauge.builder(
                                "sallyport.vault.authority.expiry.seconds",
                                issuing,
                                now -> now.present().stream()
                                        .filter(authority -> KeyTypes.isTls(authority.getPublicKey()) == tls)
                                        .mapToDouble(authority -> Duration.between(
                                                        clock.instant(),
                                                        authority.getNotAfter().toInstant())
                                                .toSeconds())
                                        .findFirst()
                                        .orElse(Double.NaN))
                        .tag("purpose", tls ? "tls" : "signing")
                        .description("time until the authority that issues now ends")
                        .strongReference(true)
                        .register(metrics);
            }
        };
    }

    /** The same for the roots: their successors have to be trusted everywhere first. */
    @Bean
    MeterBinder rootExpiry(FleetTrust trust, Clock clock) {
        return metrics -> {
            for (boolean tls : new boolean[] {true, false}) {
                Gauge.builder("sallyport.vault.root.expiry.seconds", trust, now -> {
                            X509Certificate newest = tls
                                    ? now.roots().tlsRoots().getLast()
                                    : now.roots().signingRoots().getLast();
                            return Duration.between(
                                            clock.instant(),
                                            newest.getNotAfter().toInstant())
                                    .toSeconds();
                        })
                        .tag("purpose", tls ? "tls" : "signing")
                        .description("time until the newest root that the fleet trusts ends")
                        .strongReference(true)
                        .register(metrics);
            }
        };
    }

    /** This service asks nobody for the denylist, so it notes by itself which certificate it uses. */
    @Bean
    RepeatedTask ownCertificateWatch(FleetCertificates certificates, IdentityInForce identity) {
        return new RepeatedTask(
                "own-certificate-watch",
                Duration.ofSeconds(2),
                () -> certificates.shown(identity.identity().tls().leaf()));
    }

    /** This service renews its own certificates at its own authority. */
    @Bean
    CertificateSource certificateSource(FleetCertificates certificates, IdentityInForce identity) {
        return (tlsCsr, signingCsr, signingReplaces) -> {
            FleetCertificates.Chains chains = certificates.renewOwn(
                    identity.spiffeId(),
                    identity.identity().tls().leaf(),
                    new FleetCertificates.Requests(tlsCsr, signingCsr, signingReplaces));
            return new CertificateSource.Chains(chains.tls(), chains.signing());
        };
    }
}
