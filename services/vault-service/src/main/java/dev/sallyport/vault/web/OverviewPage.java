package dev.sallyport.vault.web;

import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.protect.KeyProtector;
import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.PageTime;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.vault.ca.FleetTrust;
import dev.sallyport.vault.ca.IssuingAuthorities;
import dev.sallyport.vault.keyring.KeyRing;
import dev.sallyport.vault.secret.Secrets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.ModelAndView;

/** The first of the pages: the vault's seal, its key ring and what protects it, and what ends within weeks. */
@PageController
class OverviewPage {
    private static final int MOST_NAMED = 50;

    private final KeyRing ring;
    private final KeyProtector authorityProtector;
    private final IssuingAuthorities authorities;
    private final FleetTrust trust;
    private final Secrets secrets;
    private final Clock clock;

    OverviewPage(
            KeyRing ring,
            KeyProtector authorityProtector,
            IssuingAuthorities authorities,
            FleetTrust trust,
            Secrets secrets,
            Clock clock) {
        this.ring = ring;
        this.authorityProtector = authorityProtector;
        this.authorities = authorities;
        this.trust = trust;
        this.secrets = secrets;
        this.clock = clock;
    }

    /**
     * A key of the ring.
     *
     * @param use what it is used for now, in words
     */
    record TermRow(int term, boolean active, String use, String protector, long seals, String createdAt) {
        static TermRow of(KeyRing.Term term) {
            return new TermRow(
                    term.term(),
                    term.active(),
                    term.active() ? "seals and opens" : "opens only",
                    term.protector(),
                    term.seals(),
                    PageTime.inWords(term.createdAt()));
        }
    }

    /**
     * Something that somebody has to see to.
     *
     * @param remedy the command that does
     */
    record EndsSoon(String what, @Nullable String path, Ending end, String remedy) {}

    @GetMapping({"/vault", "/vault/"})
    @Requires(Permission.VAULT_READ)
    ModelAndView show(Caller caller) {
        Map<String, @Nullable Object> model = PageModel.of("overview", caller);
        Principal viewer = PageModel.viewer(caller);
        List<TermRow> terms = ring.terms().stream().map(TermRow::of).toList();
        model.put("state", ring.state().wire());
        model.put("open", ring.state() == KeyRing.SealState.UNSEALED);
        model.put("people", ring.people());
        model.put("terms", terms.reversed());
        model.put(
                "protector",
                terms.stream()
                        .filter(TermRow::active)
                        .findFirst()
                        .map(TermRow::protector)
                        .orElse(null));
        model.put("authorityProtector", authorityProtector.id());
        model.put("ending", ending(viewer));
        return new ModelAndView("overview", model);
    }

    private List<EndsSoon> ending(Principal viewer) {
        Instant now = clock.instant();
        List<EndsSoon> ending = new ArrayList<>();
        if (viewer.may(Permission.NODE_READ)) {
            TrustRoots roots = trust.roots();
            // The newest of each kind: the others are on their way out already.
            add(ending, "root", roots.tlsRoots().getLast(), Ending.MONTHS_AHEAD, "sallyport ca rotate --root");
            add(ending, "root", roots.signingRoots().getLast(), Ending.MONTHS_AHEAD, "sallyport ca rotate --root");
            for (X509Certificate authority : authorities.present()) {
                add(ending, "issuing authority", authority, Ending.WEEKS_AHEAD, "sallyport ca rotate");
            }
        }
        for (Secrets.SecretView secret :
                secrets.endingBy(viewer.workspaceId(), now.plus(Ending.WEEKS_AHEAD), MOST_NAMED)) {
            Ending end = Ending.of(secret.versions().getFirst().terms().expiresAt(), now, Ending.WEEKS_AHEAD);
            if (end != null) {
                ending.add(new EndsSoon(
                        "Secret " + secret.name(),
                        "/vault/secrets/" + secret.name(),
                        end,
                        "sallyport vault put " + secret.name()));
            }
        }
        return List.copyOf(ending);
    }

    private void add(List<EndsSoon> ending, String kind, X509Certificate authority, Duration ahead, String remedy) {
        Ending end = Ending.of(authority.getNotAfter().toInstant(), clock.instant(), ahead);
        if (end != null && end.soon()) {
            String purpose = KeyTypes.isTls(authority.getPublicKey()) ? "TLS" : "statements";
            ending.add(new EndsSoon("The " + kind + " for " + purpose, "/vault/certificates", end, remedy));
        }
    }

    /** Whatever else is asked for below the pages. */
    @GetMapping("/vault/**")
    @Requires(Permission.VAULT_READ)
    ModelAndView unknown(Caller caller) {
        PageModel.viewer(caller);
        throw ProblemException.notFound("There is no such page. Begin with the overview of the vault.");
    }
}
