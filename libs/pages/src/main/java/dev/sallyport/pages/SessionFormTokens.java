package dev.sallyport.pages;

import dev.sallyport.servicekit.access.SessionIntrospector;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.csrf.CsrfTokenRepository;

/** The tokens of forms that signed-in people send. Each token is bound to the session's cookie; nothing is stored. */
public final class SessionFormTokens implements CsrfTokenRepository {
    @Override
    public @Nullable CsrfToken loadToken(HttpServletRequest request) {
        return FormToken.boundTo(request, SessionIntrospector.COOKIE);
    }

    /** One that no form has: without a session, no form counts. */
    @Override
    public CsrfToken generateToken(HttpServletRequest request) {
        return FormToken.fresh();
    }

    @Override
    public void saveToken(@Nullable CsrfToken token, HttpServletRequest request, HttpServletResponse response) {
        // The session's cookie is all there is to keep.
    }
}
