package dev.sallyport.servicekit.access;

import dev.sallyport.servicekit.identity.FleetClients;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.ViewResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Access to every endpoint of the service. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AccessProperties.class)
@Import(SecurityConfiguration.class)
public class AccessConfiguration {
    @Bean
    @ConditionalOnMissingBean
    TokenIntrospector tokenIntrospector(FleetClients fleet, MeterRegistry metrics) {
        return new FleetIntrospector(fleet, System::nanoTime, metrics);
    }

    @Bean
    @ConditionalOnMissingBean
    SessionIntrospector sessionIntrospector(FleetClients fleet, MeterRegistry metrics) {
        return new FleetIntrospector(fleet, System::nanoTime, metrics)::bySession;
    }

    @Bean
    AccessEvaluation accessEvaluation(FleetClients fleet) {
        return new AccessEvaluation(fleet);
    }

    @Bean
    CertificateAuthentication certificateAuthentication(Denylist denylist, TokenIntrospector principals, Clock clock) {
        return new CertificateAuthentication(denylist, principals, clock);
    }

    @Bean
    CallerIntrospector callerIntrospector(TokenIntrospector tokens, SessionIntrospector sessions) {
        return new CallerIntrospector(tokens, sessions);
    }

    @Bean
    Endpoints endpoints(ObjectProvider<HandlerMapping> mappings, AccessProperties properties) {
        return new Endpoints(mappings, properties);
    }

    @Bean
    Refusals refusals(
            @Qualifier("handlerExceptionResolver") ObjectProvider<HandlerExceptionResolver> advice,
            @Qualifier("viewResolver") ObjectProvider<ViewResolver> views) {
        return new Refusals(advice, views);
    }

    @Bean
    WebMvcConfigurer accessWebMvcConfigurer() {
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new CallerArgument());
            }
        };
    }
}
