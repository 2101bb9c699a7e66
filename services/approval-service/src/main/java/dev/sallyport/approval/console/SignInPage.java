package dev.sallyport.approval.console;

import dev.sallyport.approval.signin.FormToken;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.ModelAndView;

/** Renders the sign-in form, bound to a cookie of its own. */
@Component
class SignInPage {

    private final SessionCookie cookies;
    private final SecureRandom random = new SecureRandom();

    SignInPage(SessionCookie cookies) {
        this.cookies = cookies;
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
        String cookie = SessionCookie.read(request, SessionCookie.BEFORE_SIGN_IN);
        if (cookie.length() != 32) {
            byte[] bytes = new byte[16];
            random.nextBytes(bytes);
            cookie = HexFormat.of().formatHex(bytes);
            response.addHeader(HttpHeaders.SET_COOKIE, cookies.beforeSignIn(cookie));
        }
        Map<String, @Nullable Object> model = new HashMap<>();
        model.put("formToken", FormToken.of(cookie));
        model.put("problem", problem);
        model.put("returnTo", returnTo);
        return new ModelAndView("sign-in", model, status);
    }
}
