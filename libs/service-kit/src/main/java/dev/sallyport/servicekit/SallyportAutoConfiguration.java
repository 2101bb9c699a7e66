package dev.sallyport.servicekit;

import dev.sallyport.servicekit.access.AccessConfiguration;
import dev.sallyport.servicekit.access.Denylist;
import dev.sallyport.servicekit.access.DenylistConfiguration;
import dev.sallyport.servicekit.connector.PublicConnectorProperties;
import dev.sallyport.servicekit.connector.RequestGuard;
import dev.sallyport.servicekit.connector.RequestLimits;
import dev.sallyport.servicekit.connector.TwoConnectors;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.servicekit.identity.FleetProperties;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.identity.IdentityProperties;
import dev.sallyport.servicekit.inbox.InboxConfiguration;
import dev.sallyport.servicekit.json.RestTimes;
import dev.sallyport.servicekit.lifecycle.RepeatedTask;
import dev.sallyport.servicekit.outbox.OutboxConfiguration;
import dev.sallyport.servicekit.problem.ProblemErrorController;
import dev.sallyport.servicekit.problem.ProblemHandler;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.verify.StatementVerifier;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Everything of the service kit. It comes by being on the class path; a service replaces a part by declaring a bean of
 * its type where that is foreseen ({@code TokenIntrospector}, {@code SessionIntrospector}, {@code Denylist},
 * {@code InclusionSource}, {@code Clock}).
 */
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration",
            "org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration"
        },
        afterName = {
            "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration",
            "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration",
            "org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration"
        })
@EnableConfigurationProperties({IdentityProperties.class, FleetProperties.class})
@Import({DenylistConfiguration.class, OutboxConfiguration.class, InboxConfiguration.class})
public class SallyportAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    IdentityInForce identityInForce(IdentityProperties identity, Clock clock) {
        return new IdentityInForce(identity.dir(), clock);
    }

    @Bean
    RepeatedTask identityWatch(IdentityInForce identity) {
        return new RepeatedTask("identity-watch", Duration.ofMillis(500), identity::refresh);
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
    Traces traces(ObjectProvider<Tracer> tracer, ObjectProvider<Propagator> propagator) {
        return new Traces(tracer.getIfAvailable(), propagator.getIfAvailable());
    }

    @Bean
    @ConditionalOnMissingBean
    StatementVerifier statementVerifier(IdentityInForce identity, Denylist denylist) {
        return new StatementVerifier(identity.trust(), chain -> denylist.isRevoked(chain.leaf(), chain.id()));
    }

    @Bean
    JsonMapperBuilderCustomizer sallyportJson() {
        return builder -> builder.addModule(new RestTimes());
    }

    /** The part that serves HTTP. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @EnableConfigurationProperties({PublicConnectorProperties.class, RequestLimits.class})
    @Import({AccessConfiguration.class, ProblemHandler.class, ProblemErrorController.class})
    static class Web {
        @Bean
        TwoConnectors twoConnectors(PublicConnectorProperties properties, SslBundles bundles) {
            return new TwoConnectors(properties, bundles);
        }

        @Bean
        FilterRegistrationBean<RequestGuard> requestGuard(RequestLimits limits) {
            FilterRegistrationBean<RequestGuard> filter = new FilterRegistrationBean<>(new RequestGuard(limits));
            filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
            return filter;
        }
    }
}
