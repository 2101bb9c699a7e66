package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.access.AccessProperties;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.denylist.Denylist;
import dev.sallyport.servicekit.identity.IdentityInForce;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.ViewResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Finds out what is asked for and who asks, and hands the caller to controllers. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AccessProperties.class)
class CallerConfiguration {
    @Bean
    CertificateAuthentication certificateAuthentication(Denylist denylist, TokenIntrospector principals, Clock clock) {
        return new CertificateAuthentication(denylist, principals, clock);
    }

    @Bean
    CallerIntrospector callerIntrospector(TokenIntrospector tokens, SessionIntrospector sessions) {
        return new CallerIntrospector(tokens, sessions);
    }

    @Bean
    StandingAccess standingAccess(
            Denylist denylist,
            TokenIntrospector tokens,
            SessionIntrospector sessions,
            IdentityInForce identity,
            Clock clock) {
        return new StandingAccess(
                denylist, tokens, sessions, identity.spiffeId().trustDomain(), clock);
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
