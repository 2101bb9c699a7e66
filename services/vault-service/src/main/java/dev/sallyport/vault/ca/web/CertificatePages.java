package dev.sallyport.vault.ca.web;

import dev.sallyport.identity.KeyTypes;
import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.PageTime;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.vault.ca.AuthorityHoldings;
import dev.sallyport.vault.ca.FleetCertificates;
import dev.sallyport.vault.ca.FleetTrust;
import dev.sallyport.vault.ca.IssuedCertificate;
import dev.sallyport.vault.web.Ending;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.ModelAndView;

/** The roots, the issuing authorities and what they have issued, with the end of each. */
@PageController
class CertificatePages {
    private static final String HOME = "/vault/certificates";
    private static final int MOST_HOLDERS = 200;

    private final FleetTrust trust;
    private final AuthorityHoldings holdings;
    private final FleetCertificates certificates;
    private final Clock clock;

    CertificatePages(FleetTrust trust, AuthorityHoldings holdings, FleetCertificates certificates, Clock clock) {
        this.trust = trust;
        this.holdings = holdings;
        this.certificates = certificates;
        this.clock = clock;
    }

    /** A root. */
    record RootRow(String name, String purpose, @Nullable Ending end) {}

    /**
     * An issuing authority.
     *
     * @param standing what has become of it, in words
     * @param held how many certificates of it are in use, in words
     * @param holders whose they are, at most 200
     */
    record AuthorityRow(
            String name,
            String purpose,
            String standing,
            @Nullable Ending end,
            String held,
            List<String> holders) {}

    /** A certificate that was issued here. */
    record CertificateRow(
            String spiffeId,
            boolean revoked,
            String purpose,
            String serial,
            String issued,
            @Nullable Ending end) {}

    @GetMapping(HOME)
    @Requires(Permission.NODE_READ)
    ModelAndView list(Caller caller, PageRequest asked) {
        Map<String, @Nullable Object> model = PageModel.of("certificates", caller);
        TrustRoots roots = trust.roots();
        model.put(
                "roots",
                Stream.concat(roots.tlsRoots().stream(), roots.signingRoots().stream())
                        .map(this::root)
                        .toList());
        model.put("step", roots.step());
        model.put("waiting", trust.waiting());
        model.put("authorities", holdings.list().stream().map(this::authority).toList());
        Page<IssuedCertificate> found = certificates.valid(asked);
        Predicate<IssuedCertificate> revoked = certificates.revoked();
        model.put(
                "certificates",
                found.map(each -> certificate(each, revoked.test(each))).items());
        model.put("older", found.next() == null ? null : PageModel.address(HOME, Map.of("after", found.next())));
        return new ModelAndView("certificates", model);
    }

    private RootRow root(X509Certificate root) {
        return new RootRow(
                root.getSubjectX500Principal().getName(),
                purpose(KeyTypes.isTls(root.getPublicKey())),
                Ending.of(root.getNotAfter().toInstant(), clock.instant(), Ending.MONTHS_AHEAD));
    }

    private AuthorityRow authority(AuthorityHoldings.Authority authority) {
        int held = authority.holders().values().stream()
                .mapToInt(Integer::intValue)
                .sum();
        return new AuthorityRow(
                authority.name(),
                purpose(authority.isForTls()),
                authority.state().name().toLowerCase(Locale.ROOT),
                Ending.of(
                        authority.certificate().getNotAfter().toInstant(),
                        clock.instant(),
                        // Only one that issues has to be replaced before its end.
                        authority.state() == AuthorityHoldings.State.ISSUING ? Ending.WEEKS_AHEAD : Ending.NEVER_AHEAD),
                held == 1 ? "1 certificate in use" : held + " certificates in use",
                authority.holders().keySet().stream().limit(MOST_HOLDERS).toList());
    }

    private CertificateRow certificate(IssuedCertificate certificate, boolean revoked) {
        return new CertificateRow(
                certificate.spiffeId(),
                revoked,
                purpose(certificate.purpose().equals("tls")),
                certificate.serial(),
                PageTime.inWords(certificate.issuedAt()) + ", by " + certificate.issuedBy(),
                Ending.of(certificate.notAfter(), clock.instant(), Ending.NEVER_AHEAD));
    }

    private static String purpose(boolean tls) {
        return tls ? "TLS" : "statements";
    }
}
