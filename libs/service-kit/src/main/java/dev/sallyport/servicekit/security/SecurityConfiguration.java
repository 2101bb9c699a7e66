package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.connector.ConnectorKind;
import dev.sallyport.servicekit.connector.InstanceName;
import dev.sallyport.servicekit.connector.RequestGuard;
import dev.sallyport.servicekit.connector.RequestLimits;
import dev.sallyport.servicekit.identity.IdentityInForce;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer.FrameOptionsConfig;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.preauth.x509.X509AuthenticationFilter;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfTokenRequestAttributeHandler;
import org.springframework.security.web.firewall.DefaultHttpFirewall;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.CrossOriginOpenerPolicyHeaderWriter.CrossOriginOpenerPolicy;
import org.springframework.security.web.header.writers.CrossOriginResourcePolicyHeaderWriter.CrossOriginResourcePolicy;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.header.writers.StaticHeadersWriter;

/**
 * One chain of Spring Security's filters for each connector. Both check the request itself, find the endpoint, look at
 * the credentials that the endpoint asks for, and authorise. Nothing is kept between requests.
 */
@Configuration(proxyBeanMethods = false)
@Import({CallerConfiguration.class, IdentityController.class, ProblemErrorController.class})
public class SecurityConfiguration {
    /** What browsers may do with an answer: run the service's own files, talk to the service, and nothing else. */
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static final String PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
    private static final long ONE_YEAR_S = 31_536_000;
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    private final RequestGuard guard;
    private final EndpointFilter endpoints;
    private final Refusals refusals;
    private final X509AuthenticationFilter certificates;
    private final BearerTokenAuthenticationFilter tokens;

    SecurityConfiguration(
            RequestLimits limits,
            InstanceName instance,
            IdentityInForce identity,
            Endpoints endpoints,
            Refusals refusals,
            CertificateAuthentication certificates,
            CallerIntrospector tokens) {
        this.guard = new RequestGuard(limits, instance);
        this.endpoints = new EndpointFilter(endpoints, refusals);
        this.refusals = refusals;
        this.certificates = certificates.filter(identity.spiffeId().trustDomain());
        BearerTokenAuthenticationConverter shown = new BearerTokenAuthenticationConverter();
        shown.setBearerTokenResolver(new ShownToken());
        this.tokens = new BearerTokenAuthenticationFilter(new ProviderManager(tokens.provider()), shown);
        this.tokens.setAuthenticationEntryPoint(refusals);
    }

    /** Services, nodes and devices: each shows a certificate, and may show a token as well. */
    @Bean
    SecurityFilterChain internalConnector(HttpSecurity http) {
        return connector(http, ConnectorKind.INTERNAL)
                .csrf(AbstractHttpConfigurer::disable)
                .build();
    }

    /** Agents and people: a token, a page's session, or a certificate where the connector speaks TLS. */
    @Bean
    SecurityFilterChain publicConnector(HttpSecurity http, CsrfTokenRepository formTokens) {
        return connector(http, ConnectorKind.PUBLIC)
                .csrf(csrf -> csrf.csrfTokenRepository(formTokens)
                        .csrfTokenRequestHandler(new FormTokenHandler())
                        .requireCsrfProtectionMatcher(SecurityConfiguration::isForm))
                .build();
    }

    private HttpSecurity connector(HttpSecurity http, ConnectorKind door) {
        return http.securityMatcher(request -> ConnectorKind.of(request) == door)
                .headers(SecurityConfiguration::headers)
                .addFilterAfter(guard, HeaderWriterFilter.class)
                .addFilterAfter(endpoints, RequestGuard.class)
                .addFilter(certificates)
                .addFilter(tokens)
                .authorizeHttpRequests(requests -> requests.anyRequest().access(new EndpointAuthorization()))
                .exceptionHandling(
                        refused -> refused.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
                .securityContext(
                        context -> context.securityContextRepository(new RequestAttributeSecurityContextRepository()))
                .sessionManagement(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .servletApi(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable);
    }

    private static void headers(HeadersConfigurer<HttpSecurity> headers) {
        headers.defaultsDisabled()
                .contentTypeOptions(nosniff -> {})
                .frameOptions(FrameOptionsConfig::deny)
                .httpStrictTransportSecurity(
                        hsts -> hsts.maxAgeInSeconds(ONE_YEAR_S).includeSubDomains(false))
                .contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT_SECURITY_POLICY))
                .permissionsPolicyHeader(policy -> policy.policy(PERMISSIONS_POLICY))
                .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER))
                .crossOriginOpenerPolicy(policy -> policy.policy(CrossOriginOpenerPolicy.SAME_ORIGIN))
                .crossOriginResourcePolicy(policy -> policy.policy(CrossOriginResourcePolicy.SAME_ORIGIN))
                .addHeaderWriter(new StaticHeadersWriter(HttpHeaders.CACHE_CONTROL, "no-store"));
    }

    /** Whether the request sends a page's form. Who shows no session is asked to sign in, not for a form's token. */
    private static boolean isForm(HttpServletRequest request) {
        Endpoint endpoint = Endpoint.of(request);
        return !SAFE.contains(request.getMethod())
                && endpoint.isPage()
                && (endpoint.rule().open() || ShownToken.isIn(request));
    }

    /** A form counts only when it comes from a page of this service, whatever token it carries. */
    private static final class FormTokenHandler extends CsrfTokenRequestAttributeHandler {
        @Override
        public @Nullable String resolveCsrfTokenValue(HttpServletRequest request, CsrfToken token) {
            String site = request.getHeader("Sec-Fetch-Site");
            return site == null || site.equals("same-origin") ? super.resolveCsrfTokenValue(request, token) : null;
        }
    }

    /** For a service that binds its forms to nothing else: a random token in a cookie and in the form. */
    @Bean
    @ConditionalOnMissingBean
    CsrfTokenRepository formTokens() {
        return new CookieCsrfTokenRepository();
    }

    /** {@link RequestGuard} refuses odd paths with a problem; the stricter firewall would answer some 404 with 400. */
    @Bean
    HttpFirewall firewall() {
        return new DefaultHttpFirewall();
    }

    /** The request as a whole is observed; an observation of each filter would cost more than the filters. */
    @Bean
    SecurityObservationSettings securityObservations() {
        return SecurityObservationSettings.noObservations();
    }
}
