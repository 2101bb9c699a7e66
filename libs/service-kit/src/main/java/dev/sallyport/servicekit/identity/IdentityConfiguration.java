package dev.sallyport.servicekit.identity;

import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import io.micrometer.observation.ObservationRegistry;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The workload's identity and what uses it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({IdentityProperties.class, FleetProperties.class})
public class IdentityConfiguration {
    @Bean
    IdentityInForce identityInForce(IdentityProperties properties, Clock clock) {
        return new IdentityInForce(properties.dir(), clock);
    }

    @Bean
    WhileServing whileServing() {
        return new WhileServing();
    }

    @Bean
    RepeatedTask identityWatch(WhileServing serving, IdentityInForce identity) {
        return serving.task("identity-watch", Duration.ofMillis(500), identity::refresh);
    }

    @Bean
    FleetClients fleetClients(
            SslBundles bundles,
            IdentityInForce identity,
            FleetProperties urls,
            JsonMapper mapper,
            ObjectProvider<ObservationRegistry> observations) {
        // Our own services may answer with fields that this version does not know yet.
        JsonMapper tolerant = mapper.rebuild()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        RestClient.Builder template = RestClient.builder()
                .configureMessageConverters(converters ->
                        converters.registerDefaults().withJsonConverter(new JacksonJsonHttpMessageConverter(tolerant)));
        observations.ifAvailable(template::observationRegistry);
        return new FleetClients(bundles, identity.trust().trustDomain(), urls, template);
    }

    @Bean
    @ConditionalOnMissingBean
    CertificateSource certificateSource(FleetClients fleet) {
        return new FleetCertificateSource(fleet);
    }

    @Bean
    @ConditionalOnMissingBean
    TrustSource trustSource(FleetClients fleet) {
        return new FleetTrustSource(fleet);
    }

    @Bean
    IdentityRenewal identityRenewal(
            IdentityProperties properties,
            IdentityInForce identity,
            CertificateSource source,
            TrustSource trust,
            ObjectProvider<PresentIssuers> issuers,
            Clock clock) {
        return new IdentityRenewal(
                properties.dir(),
                identity,
                source,
                trust,
                authority -> issuers.getObject().issues(authority),
                clock);
    }

    @Bean
    RepeatedTask trustFollowing(WhileServing serving, IdentityRenewal renewal) {
        return serving.task("trust-following", Duration.ofSeconds(10), renewal::followTrust);
    }

    @Bean
    RepeatedTask identityRenewalTask(WhileServing serving, IdentityRenewal renewal) {
        return serving.task("identity-renewal", Duration.ofSeconds(30), renewal::renewWhatIsDue);
    }
}
