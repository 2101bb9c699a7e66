package dev.sallyport.servicekit;

import com.fasterxml.jackson.annotation.Nulls;
import dev.sallyport.servicekit.access.IntrospectionConfiguration;
import dev.sallyport.servicekit.connector.InstanceName;
import dev.sallyport.servicekit.connector.PublicConnectorProperties;
import dev.sallyport.servicekit.connector.RequestLimits;
import dev.sallyport.servicekit.connector.TwoConnectors;
import dev.sallyport.servicekit.denylist.DenylistConfiguration;
import dev.sallyport.servicekit.identity.IdentityConfiguration;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.inbox.InboxConfiguration;
import dev.sallyport.servicekit.json.RestTimes;
import dev.sallyport.servicekit.kafka.KafkaConfiguration;
import dev.sallyport.servicekit.openapi.OpenApiConfiguration;
import dev.sallyport.servicekit.outbox.OutboxConfiguration;
import dev.sallyport.servicekit.page.PageConfiguration;
import dev.sallyport.servicekit.problem.ProblemHandler;
import dev.sallyport.servicekit.query.QueryConfiguration;
import dev.sallyport.servicekit.security.SecurityConfiguration;
import dev.sallyport.servicekit.telemetry.TelemetryConfiguration;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jackson.autoconfigure.JsonFactoryBuilderCustomizer;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.core.TokenStreamFactory;

/**
 * Everything of the service kit. It comes by being on the class path; a service replaces a part by declaring a bean of
 * its type where that is foreseen ({@code TokenIntrospector}, {@code SessionIntrospector}, {@code Denylist},
 * {@code InclusionSource}, {@code CertificateSource}, {@code Clock}).
 */
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration",
            "org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration"
        },
        afterName = {
            "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration",
            "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration",
            "org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration"
        })
@Import({
    IdentityConfiguration.class,
    DenylistConfiguration.class,
    TelemetryConfiguration.class,
    KafkaConfiguration.class,
    OutboxConfiguration.class,
    InboxConfiguration.class,
    OpenApiConfiguration.class
})
public class SallyportAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Ulids ulids(Clock clock) {
        return new Ulids(clock);
    }

    @Bean
    @ConditionalOnMissingBean
    StatementVerifier statementVerifier(IdentityInForce identity, Revocations revocations) {
        return new StatementVerifier(identity::trust, revocations);
    }

    /** Readers that keep no names: a table of them, shared by all requests, would grow by whatever anybody sends. */
    @Bean
    JsonFactoryBuilderCustomizer namesAreNotKept() {
        return builder -> builder.disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES);
    }

    @Bean
    JsonMapperBuilderCustomizer sallyportJson() {
        return builder -> builder.addModule(new RestTimes())
                // No list or map that a request brings has a null in it: none of them means anything by it.
                .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL));
    }

    /** The part that serves HTTP. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @EnableConfigurationProperties({PublicConnectorProperties.class, RequestLimits.class, InstanceName.class})
    @Import({
        IntrospectionConfiguration.class,
        PageConfiguration.class,
        ProblemHandler.class,
        QueryConfiguration.class,
        SecurityConfiguration.class
    })
    static class Web {
        @Bean
        TwoConnectors twoConnectors(PublicConnectorProperties properties, SslBundles bundles) {
            return new TwoConnectors(properties, bundles);
        }
    }
}
