package dev.sallyport.servicekit.access;

import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.servicekit.identity.IdentityInForce;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Access to every endpoint of the service. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AccessProperties.class)
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
    AccessInterceptor accessInterceptor(
            IdentityInForce identity,
            Denylist denylist,
            TokenIntrospector tokens,
            SessionIntrospector sessions,
            AccessProperties properties) {
        return new AccessInterceptor(
                new CallerResolver(identity.spiffeId().trustDomain(), denylist, tokens, sessions), properties);
    }

    @Bean
    static ActuatorAccess actuatorAccess(ObjectProvider<AccessInterceptor> interceptor) {
        return new ActuatorAccess(interceptor);
    }

    @Bean
    WebMvcConfigurer accessWebMvcConfigurer(AccessInterceptor interceptor) {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(interceptor).order(Ordered.HIGHEST_PRECEDENCE);
            }

            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new CallerArgument());
            }
        };
    }
}
