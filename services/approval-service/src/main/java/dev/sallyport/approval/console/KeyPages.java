package dev.sallyport.approval.console;

import dev.sallyport.approval.key.KeyEnrolment;
import dev.sallyport.approval.key.PersonKey;
import dev.sallyport.approval.key.PersonKeys;
import dev.sallyport.approval.signin.Sessions;
import dev.sallyport.approval.signin.oidc.OidcAccount;
import dev.sallyport.approval.signin.oidc.OidcAccounts;
import dev.sallyport.approval.signin.oidc.OidcSignIn;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.PageTime;
import dev.sallyport.pages.SeeOther;
import dev.sallyport.pages.text.VisibleText;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** The passkeys of the person who has signed in: made here after a link for it, and removed here. */
@Controller
class KeyPages {
    static final String PATH = "/console/keys";

    private final PersonKeys keys;
    private final KeyEnrolment enrolment;
    private final Sessions sessions;
    private final OidcAccounts accounts;
    private final OidcSignIn oidc;

    KeyPages(PersonKeys keys, KeyEnrolment enrolment, Sessions sessions, OidcAccounts accounts, OidcSignIn oidc) {
        this.keys = keys;
        this.enrolment = enrolment;
        this.sessions = sessions;
        this.accounts = accounts;
        this.oidc = oidc;
    }

    /** A key as the page draws it. */
    record Line(String key, VisibleText name, String host, boolean confirmed, Instant madeAt, String madeAtInWords) {
        static Line of(PersonKey key) {
            return new Line(
                    key.key().key().hex(),
                    VisibleText.of(key.name().isEmpty() ? "A passkey" : key.name()),
                    key.key().rpId(),
                    key.state() == PersonKey.State.LIVE,
                    key.createdAt(),
                    PageTime.inWords(key.createdAt()));
        }
    }

    /** An account at the provider as the page draws it. */
    record AccountLine(String id, VisibleText name, String issuer, Instant connectedAt, String connectedAtInWords) {
        static AccountLine of(OidcAccount account) {
            return new AccountLine(
                    account.id(),
                    VisibleText.of(account.name().isEmpty() ? "An account" : account.name()),
                    account.issuer(),
                    account.connectedAt(),
                    PageTime.inWords(account.connectedAt()));
        }
    }

    @GetMapping(PATH)
    @Requires(Permission.APPROVAL_READ)
    ModelAndView list(Caller caller) {
        return page(caller, HttpStatus.OK, null);
    }

    /** What the browser is to make: JSON for the page's script. */
    @PostMapping(PATH + "/options")
    @Requires(Permission.APPROVAL_READ)
    ResponseEntity<Map<String, Object>> options(Caller caller) {
        Principal person = PageModel.viewer(caller);
        return ResponseEntity.ok(enrolment.options(person.workspaceId(), person.name(), session(person)));
    }

    @PostMapping(PATH)
    @Requires(Permission.APPROVAL_READ)
    ModelAndView make(
            Caller caller,
            @RequestParam(defaultValue = "") String credential,
            @RequestParam(defaultValue = "") String name) {
        Principal person = PageModel.viewer(caller);
        String session = session(person);
        try {
            enrolment.enrol(person.workspaceId(), person.name(), session, credential, name);
        } catch (ProblemException e) {
            return page(caller, e.status(), e.getMessage());
        }
        return SeeOther.to(PATH);
    }

    @PostMapping(PATH + "/{key}/remove")
    @Requires(Permission.APPROVAL_RESOLVE)
    ModelAndView remove(Caller caller, @PathVariable String key) {
        Principal person = PageModel.viewer(caller);
        if (person.tokenId() != null && sessions.isByProvider(person.tokenId())) {
            throw ProblemException.forbidden(
                    "SIGN_IN_WITHOUT_THE_PROVIDER",
                    "Whoever has signed in at the OpenID provider removes no key. Sign in with a key of yours or with a"
                            + " one-time link.");
        }
        Digest own = keys.of(person.workspaceId(), person.name()).stream()
                .map(each -> each.key().key())
                .filter(each -> each.hex().equals(key))
                .findFirst()
                .orElseThrow(() -> ProblemException.notFound("You have no such key. It may have been removed before."));
        enrolment.remove(person.workspaceId(), own, person.name());
        return SeeOther.to(PATH);
    }

    /** The session, if a key may be made in it. */
    private String session(Principal person) {
        String session = person.tokenId();
        if (session == null || !sessions.mayEnrolKey(session)) {
            throw ProblemException.forbidden(
                    "NO_LINK_FOR_A_KEY",
                    "A key is made within 15 minutes after a one-time link for it. An owner makes one with"
                            + " `sallyport invite NAME --key`.");
        }
        return session;
    }

    private ModelAndView page(Caller caller, HttpStatus status, @Nullable String problem) {
        Map<String, @Nullable Object> model = PageModel.of("keys", caller);
        Principal person = PageModel.viewer(caller);
        List<Line> lines = keys.of(person.workspaceId(), person.name()).stream()
                .map(Line::of)
                .toList();
        model.put("keys", lines);
        model.put("provider", oidc.providerName());
        model.put(
                "accounts",
                accounts.of(person.workspaceId(), person.name()).stream()
                        .map(AccountLine::of)
                        .toList());
        model.put("mayMake", person.tokenId() != null && sessions.mayEnrolKey(person.tokenId()));
        model.put("problem", problem);
        return new ModelAndView("keys", model, status);
    }
}
