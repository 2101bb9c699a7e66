package dev.sallyport.approval.console;

import dev.sallyport.approval.signin.FormToken;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;

/** Lets a form through only if this console rendered it for this browser. */
final class FormGuard {

    private FormGuard() {}

    /**
     * Checks the form token against the cookie it was derived from.
     *
     * @throws ProblemException 403 if it is missing or another's
     */
    static void check(HttpServletRequest request, String cookieName, String formToken) {
        String site = request.getHeader("Sec-Fetch-Site");
        String cookie = SessionCookie.read(request, cookieName);
        boolean ownPage = site == null || site.equals("same-origin");
        if (!ownPage || cookie.isEmpty() || !FormToken.matches(formToken, cookie)) {
            throw ProblemException.forbidden(
                    "FORM_TOKEN_REFUSED", "This form was not made by this page for you. Load the page again.");
        }
    }
}
