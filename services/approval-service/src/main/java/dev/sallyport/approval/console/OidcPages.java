package dev.sallyport.approval.console;

import dev.sallyport.approval.signin.Sessions;
import dev.sallyport.approval.signin.oidc.OidcSignIn;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.SeeOther;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OpenEndpoint;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Controller;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/**
 * The way to the organisation's OpenID provider and back. Each step is a page that leads on by itself: a form may not be
 * redirected to another site, and a browser that comes from another site shows the session's cookie only to what a page of
 * ours has led to. Where it leads is never taken from the request.
 */
@Controller
class OidcPages {
    private static final String ACCOUNTS = KeyPages.PATH + "/accounts";

    private final OidcSignIn oidc;
    private final Sessions sessions;
    private final SignInPage page;
    private final SessionCookie cookies;
    private final Clock clock;

    OidcPages(OidcSignIn oidc, Sessions sessions, SignInPage page, SessionCookie cookies, Clock clock) {
        this.oidc = oidc;
        this.sessions = sessions;
        this.page = page;
        this.cookies = cookies;
        this.clock = clock;
    }

    @PostMapping(SessionCookie.OIDC)
    @OpenEndpoint("whoever signs in is nobody yet")
    ModelAndView begin(HttpServletRequest request, HttpServletResponse response) {
        try {
            return toProvider(oidc.begin(null), response);
        } catch (ProblemException e) {
            return page.render(request, response, e.status(), e.getMessage(), null);
        }
    }

    /** Begins to connect an account with the person who has just used a link for a key. */
    @PostMapping(ACCOUNTS)
    @Requires(Permission.APPROVAL_READ)
    ModelAndView connect(Caller caller, HttpServletResponse response) {
        String session = PageModel.viewer(caller).tokenId();
        if (session == null || !sessions.mayEnrolKey(session)) {
            throw OidcSignIn.noLink();
        }
        return toProvider(oidc.begin(session), response);
    }

    @PostMapping(ACCOUNTS + "/{id}/disconnect")
    @Requires(Permission.APPROVAL_READ)
    ModelAndView disconnect(Caller caller, @PathVariable String id) {
        Principal person = PageModel.viewer(caller);
        oidc.disconnect(person.workspaceId(), person.name(), id);
        return SeeOther.to(KeyPages.PATH);
    }

    /** Takes back whom the provider sends: the state says which sign-in it is, the cookie that this browser began it. */
    @GetMapping(SessionCookie.OIDC + "/return")
    @OpenEndpoint("the provider's code is the credential")
    ModelAndView end(
            @RequestParam MultiValueMap<String, String> answer,
            @CookieValue(name = SessionCookie.AT_PROVIDER, defaultValue = "") String browser,
            HttpServletRequest request,
            HttpServletResponse response) {
        response.addHeader(HttpHeaders.SET_COOKIE, cookies.backFromProvider());
        Sessions.@Nullable Started started;
        try {
            started = oidc.end(one(answer, "state"), one(answer, "code"), one(answer, "iss"), browser)
                    .started();
        } catch (ProblemException e) {
            return page.render(request, response, e.status(), e.getMessage(), null);
        }
        if (started == null) {
            return on("Your account is connected", KeyPages.PATH);
        }
        Duration lifetime = Duration.between(clock.instant(), started.session().expiresAt());
        response.addHeader(HttpHeaders.SET_COOKIE, cookies.session(started.token(), lifetime));
        return on("You are signed in", "/console");
    }

    /** A parameter that was sent once; else empty. Providers send others as well, which say nothing here. */
    private static String one(MultiValueMap<String, String> answer, String name) {
        List<String> values = answer.getOrDefault(name, List.of());
        return values.size() == 1 ? values.getFirst() : "";
    }

    private ModelAndView toProvider(OidcSignIn.Begun begun, HttpServletResponse response) {
        response.addHeader(HttpHeaders.SET_COOKIE, cookies.atProvider(begun.browser()));
        return on("On to " + Objects.requireNonNull(oidc.providerName()), begun.address());
    }

    private static ModelAndView on(String title, String address) {
        return new ModelAndView("on", Map.of("title", title, "address", address));
    }
}
