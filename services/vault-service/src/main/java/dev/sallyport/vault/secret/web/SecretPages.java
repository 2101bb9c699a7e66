package dev.sallyport.vault.secret.web;

import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.PageTime;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.vault.secret.SecretTerms;
import dev.sallyport.vault.secret.Secrets;
import dev.sallyport.vault.web.Ending;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.servlet.ModelAndView;

/** The secrets of the viewer's workspace as pages: what they are for and who used them, never a value. */
@PageController
class SecretPages {
    private static final String HOME = "/vault/secrets";

    private final Secrets secrets;
    private final Clock clock;

    SecretPages(Secrets secrets, Clock clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    /** A secret in the list. */
    record Row(
            String name, int version, String uses, @Nullable Ending end) {}

    /** A version with its terms. */
    record VersionRow(
            int version,
            boolean current,
            List<Term> terms,
            @Nullable Ending end,
            String createdAt,
            String createdBy) {}

    /** One of the terms of a version, in words. */
    record Term(String label, String text) {}

    /** A call that had the secret. */
    record UseRow(String proposalId, int version, String node, String at) {}

    @GetMapping(HOME)
    @Requires(Permission.VAULT_READ)
    ModelAndView list(Caller caller, PageRequest asked) {
        Map<String, @Nullable Object> model = PageModel.of("secrets", caller);
        Page<Secrets.SecretView> found = secrets.list(PageModel.viewer(caller).workspaceId(), asked);
        model.put("secrets", found.map(this::row).items());
        model.put("next", found.next() == null ? null : PageModel.address(HOME, Map.of("after", found.next())));
        return new ModelAndView("secrets", model);
    }

    @GetMapping(HOME + "/{name}")
    @Requires(Permission.VAULT_READ)
    ModelAndView secret(Caller caller, @PathVariable String name, PageRequest asked) {
        Map<String, @Nullable Object> model = PageModel.of("secrets", caller);
        String workspace = PageModel.viewer(caller).workspaceId();
        Secrets.SecretView secret = secrets.find(workspace, name);
        Page<Secrets.UseView> uses = secrets.uses(workspace, name, asked);
        model.put("secret", secret);
        model.put("uses", uses(secret));
        model.put(
                "versions",
                secret.versions().stream()
                        .map(version -> version(version, secret.currentVersion()))
                        .toList());
        model.put(
                "calls",
                uses.map(use -> new UseRow(
                                use.proposalId(), use.version(), use.node(), PageTime.inWords(use.redeemedAt())))
                        .items());
        model.put(
                "older",
                uses.next() == null ? null : PageModel.address(HOME + "/" + name, Map.of("after", uses.next())));
        return new ModelAndView("secret", model);
    }

    private Row row(Secrets.SecretView secret) {
        return new Row(
                secret.name(),
                secret.currentVersion(),
                uses(secret),
                secret.versions().stream()
                        .findFirst()
                        .map(version -> end(version.terms()))
                        .orElse(null));
    }

    private static String uses(Secrets.SecretView secret) {
        return secret.uses() == 0
                ? "never used"
                : (secret.uses() == 1 ? "used once" : "used " + secret.uses() + " times") + ", last "
                        + PageTime.inWords(secret.lastUsedAt());
    }

    private VersionRow version(Secrets.VersionView version, int current) {
        SecretTerms terms = version.terms();
        return new VersionRow(
                version.version(),
                version.version() == current,
                List.of(
                        new Term("Hosts", listed(terms.hosts(), "none named")),
                        new Term("Deliveries", listed(terms.deliveries(), "")),
                        new Term("Principals", listed(terms.principals(), "all of the workspace")),
                        new Term("Channels", listed(terms.channels(), "all")),
                        new Term("Reads", "at most " + terms.readsPerMinute() + " a minute")),
                end(terms),
                PageTime.inWords(version.createdAt()),
                version.createdBy());
    }

    private @Nullable Ending end(SecretTerms terms) {
        return Ending.of(terms.expiresAt(), clock.instant(), Ending.WEEKS_AHEAD);
    }

    private static String listed(List<String> names, String none) {
        return names.isEmpty() ? none : String.join(", ", names);
    }
}
