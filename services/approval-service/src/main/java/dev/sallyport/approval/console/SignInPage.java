package dev.sallyport.approval.console;

import dev.sallyport.approval.signin.oidc.OidcSignIn;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.ModelAndView;

/** Renders the sign-in form, bound to a cookie of its own. */
@Component
class SignInPage {
    private final FormTokens forms;
    private final OidcSignIn oidc;

    SignInPage(FormTokens forms, OidcSignIn oidc) {
        this.forms = forms;
        this.oidc = oidc;
    }

    /**
     * The page.
     *
     * @param problem what went wrong, or null
     * @param returnTo the page that was asked for, offered to who is signed in already: a link from another site arrives
     *     without the cookie, the same link from here does not; null if there is none
     */
    ModelAndView render(
            HttpServletRequest request,
            HttpServletResponse response,
            HttpStatus status,
            @Nullable String problem,
            @Nullable String returnTo) {
        Map<String, @Nullable Object> model = new HashMap<>();
        model.put("formToken", forms.ofSignIn(request, response).getToken());
        model.put("problem", problem);
        model.put("returnTo", returnTo);
        model.put("provider", oidc.providerName());
        return new ModelAndView("sign-in", model, status);
    }
}
