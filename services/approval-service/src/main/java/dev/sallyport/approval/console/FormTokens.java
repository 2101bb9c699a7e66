package dev.sallyport.approval.console;

import dev.sallyport.pages.FormToken;
import dev.sallyport.servicekit.access.SessionIntrospector;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.stereotype.Component;

/**
 * The tokens that forms carry, each bound to a cookie: to the session's, and on the sign-in form, which has no session
 * yet, to one of its own.
 */
@Component
final class FormTokens implements CsrfTokenRepository {
    private final SessionCookie cookies;

    FormTokens(SessionCookie cookies) {
        this.cookies = cookies;
    }

    /** The token of the sign-in form, on whatever page that stands. */
    CsrfToken ofSignIn(HttpServletRequest request, HttpServletResponse response) {
        CsrfToken token = FormToken.boundTo(request, SessionCookie.BEFORE_SIGN_IN);
        if (token == null) {
            token = generateToken(request);
            saveToken(token, request, response);
        }
        return token;
    }

    @Override
    public @Nullable CsrfToken loadToken(HttpServletRequest request) {
        String path = request.getRequestURI();
        boolean signIn = path.equals(SessionCookie.SIGN_IN) || path.startsWith(SessionCookie.SIGN_IN + "/");
        return FormToken.boundTo(request, signIn ? SessionCookie.BEFORE_SIGN_IN : SessionIntrospector.COOKIE);
    }

    @Override
    public CsrfToken generateToken(HttpServletRequest request) {
        return FormToken.fresh();
    }

    @Override
    public void saveToken(@Nullable CsrfToken token, HttpServletRequest request, HttpServletResponse response) {
        if (token instanceof FormToken(String cookie)) {
            response.addHeader(HttpHeaders.SET_COOKIE, cookies.beforeSignIn(cookie));
        }
    }
}
