package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.IntrospectionUnavailableException;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.TokenIntrospector;
import dev.sallyport.servicekit.denylist.Denylist;
import dev.sallyport.servicekit.identity.CertificateIds;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.trust.FleetChain;
import dev.sallyport.statements.trust.SpiffeId;
import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.security.web.authentication.preauth.x509.X509AuthenticationFilter;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;

/**
 * Authenticates the client certificate of a connection, for every request on it: a connection outlives a revocation and
 * the certificate's own end. A certificate that does not count is refused even where a token would do: whoever shows
 * one must show a good one.
 */
final class CertificateAuthentication implements AuthenticationProvider {
    private static final Logger log = LoggerFactory.getLogger(CertificateAuthentication.class);
    /** Stands for the principal of a certificate that names none: the library takes null for no certificate at all. */
    private static final Object NO_ID = new Object();

    private final Denylist denylist;
    private final TokenIntrospector principals;
    private final Clock clock;

    CertificateAuthentication(Denylist denylist, TokenIntrospector principals, Clock clock) {
        this.denylist = denylist;
        this.principals = principals;
        this.clock = clock;
    }

    /**
     * What the request needs of the certificate.
     *
     * @param endpoint what is asked for
     * @param token whether a token or session is shown as well, which then says who acts
     * @param fleetChain whether the certificate is shown in a chain as the fleet issues them
     */
    private record Need(Endpoint endpoint, boolean token, boolean fleetChain) {
        static Need of(HttpServletRequest request) {
            return new Need(
                    Endpoint.of(request), ShownToken.isIn(request), !FleetChain.isTooLong(ShownChain.of(request)));
        }
    }

    /** The filter that finds the certificate where an endpoint is not open to everybody. */
    X509AuthenticationFilter filter(String trustDomain) {
        X509AuthenticationFilter filter = new X509AuthenticationFilter();
        filter.setAuthenticationManager(new ProviderManager(this));
        filter.setPrincipalExtractor(certificate -> {
            SpiffeId id = CertificateIds.read(certificate, trustDomain);
            return id == null ? NO_ID : id;
        });
        filter.setAuthenticationDetailsSource(Need::of);
        filter.setRequiresAuthenticationRequestMatcher(
                request -> !Endpoint.of(request).rule().open());
        filter.setSecurityContextRepository(new RequestAttributeSecurityContextRepository());
        filter.setContinueFilterChainOnUnsuccessfulAuthentication(false);
        return filter;
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return PreAuthenticatedAuthenticationToken.class.isAssignableFrom(authentication);
    }

    @Override
    public Authentication authenticate(Authentication shown) {
        Need need = (Need) Objects.requireNonNull(shown.getDetails());
        X509Certificate certificate = (X509Certificate) Objects.requireNonNull(shown.getCredentials());
        if (!(shown.getPrincipal() instanceof SpiffeId id)) {
            throw refused("CERTIFICATE_REFUSED", "The certificate must name exactly one SPIFFE id of this fleet.");
        }
        if (!need.fleetChain()) {
            throw refused(
                    "CERTIFICATE_REFUSED",
                    "Another authority stands between this certificate and the fleet's. Show one that the fleet issued.");
        }
        if (certificate.getNotAfter().toInstant().isBefore(clock.instant())) {
            throw refused("CERTIFICATE_EXPIRED", "This certificate has expired. Renew it and connect again.");
        }
        if (denylist.isRevoked(certificate, id)) {
            throw refused("CERTIFICATE_REVOKED", "This certificate has been revoked.");
        }
        if (!need.endpoint().rule().ownerDevice() && !denylist.isFresh()) {
            throw ProblemException.unavailable(
                    "DENYLIST_STALE",
                    "Whether the certificate still counts cannot be checked now. Try again later.",
                    null);
        }
        return new CallerAuthentication(
                switch (id.kind()) {
                    case SERVICE, EXECUTOR, INFRA -> new Caller.Workload(id);
                    case DEVICE, AGENT -> new Caller.CertificateOf(id, boundTo(id, need));
                });
    }

    private static BadCredentialsException refused(String code, String detail) {
        return new BadCredentialsException(detail, ProblemException.forbidden(code, detail));
    }

    private @Nullable Principal boundTo(SpiffeId id, Need need) {
        if (need.endpoint().admits(id)) {
            // The certificate suffices, also without policy-service; then the endpoint only learns less.
            try {
                return principals.byCertificate(id).orElse(null);
            } catch (IntrospectionUnavailableException e) {
                log.warn("{} is admitted by its certificate alone: {}", id, e.getMessage());
                return null;
            }
        }
        boolean acts = !need.endpoint().rule().permissions().isEmpty() && !need.token();
        return acts ? principals.byCertificate(id).orElse(null) : null;
    }
}
