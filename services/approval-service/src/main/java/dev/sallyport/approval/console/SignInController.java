package dev.sallyport.approval.console;

import dev.sallyport.approval.key.SubmittedSignature;
import dev.sallyport.approval.signin.Sessions;
import dev.sallyport.approval.signin.SignIn;
import dev.sallyport.pages.SeeOther;
import dev.sallyport.servicekit.access.OpenEndpoint;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.BindParam;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** Sign-in by one-time link or passkey, and sign-out. */
@Controller
class SignInController {
    private final SignIn signIn;
    private final SignInPage page;
    private final SessionCookie cookies;
    private final Clock clock;

    SignInController(SignIn signIn, SignInPage page, SessionCookie cookies, Clock clock) {
        this.signIn = signIn;
        this.page = page;
        this.cookies = cookies;
        this.clock = clock;
    }

    @GetMapping(SessionCookie.SIGN_IN)
    @OpenEndpoint("whoever signs in is nobody yet")
    ModelAndView page(HttpServletRequest request, HttpServletResponse response) {
        return page.render(request, response, HttpStatus.OK, null, null);
    }

    @PostMapping(SessionCookie.SIGN_IN)
    @OpenEndpoint("the one-time code is the credential")
    ModelAndView signIn(
            @RequestParam(name = "sign_in_token", defaultValue = "") String code,
            HttpServletRequest request,
            HttpServletResponse response) {
        Sessions.Started started;
        try {
            started = signIn.signIn(code.strip());
        } catch (ProblemException e) {
            return page.render(request, response, e.status(), e.getMessage(), null);
        }
        return begun(started, response);
    }

    /** What a passkey is to answer: JSON for the page's script. */
    @PostMapping(SessionCookie.SIGN_IN + "/challenge")
    @OpenEndpoint("whoever signs in is nobody yet")
    ResponseEntity<Map<String, Object>> challenge() {
        return ResponseEntity.ok(signIn.passkeyOptions());
    }

    @PostMapping(SessionCookie.SIGN_IN + "/passkey")
    @OpenEndpoint("the passkey's answer is the credential")
    ModelAndView signInByPasskey(PasskeyForm form, HttpServletRequest request, HttpServletResponse response) {
        Sessions.Started started;
        try {
            started = signIn.signInByPasskey(
                    form.challenge() == null ? "" : form.challenge(),
                    new SubmittedSignature(
                            form.credentialId(),
                            form.authenticatorData(),
                            form.clientData(),
                            form.signature() == null ? "" : form.signature(),
                            null));
        } catch (ProblemException e) {
            return page.render(request, response, e.status(), e.getMessage(), null);
        }
        return begun(started, response);
    }

    /** What the browser answers, with names as on the page. */
    record PasskeyForm(
            @Nullable String challenge,
            @BindParam("credential_id") @Nullable String credentialId,
            @BindParam("authenticator_data") @Nullable String authenticatorData,
            @BindParam("client_data") @Nullable String clientData,
            @Nullable String signature) {}

    private ModelAndView begun(Sessions.Started started, HttpServletResponse response) {
        Duration lifetime = Duration.between(clock.instant(), started.session().expiresAt());
        response.addHeader(HttpHeaders.SET_COOKIE, cookies.session(started.token(), lifetime));
        // Whoever came with a link to make a key finds where.
        return SeeOther.to(started.enrolsKey() ? KeyPages.PATH : "/console");
    }

    @PostMapping("/console/sign-out")
    @OpenEndpoint("ends the session of the cookie sent along, whatever it is")
    ModelAndView signOut(
            @CookieValue(name = SessionIntrospector.COOKIE, defaultValue = "") String session,
            HttpServletResponse response) {
        signIn.signOut(session);
        response.addHeader(HttpHeaders.SET_COOKIE, cookies.endSession());
        return SeeOther.to(SessionCookie.SIGN_IN);
    }
}
