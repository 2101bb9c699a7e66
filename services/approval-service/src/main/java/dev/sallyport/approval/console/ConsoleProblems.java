package dev.sallyport.approval.console;

import dev.sallyport.approval.record.answer.ApprovalRefused;
import dev.sallyport.approval.record.web.ApprovalProblems;
import dev.sallyport.pages.ProblemPage;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.servlet.ModelAndView;

/** What goes wrong on a page, as a page; who is not signed in gets the form to do so. */
@ControllerAdvice(
        assignableTypes = {
            ConsoleController.class,
            HistoryController.class,
            GrantPages.class,
            KeyPages.class,
            OidcPages.class,
            UnknownPageController.class,
            SignInController.class
        })
@Order(Ordered.HIGHEST_PRECEDENCE)
class ConsoleProblems {
    private final SignInPage signInPage;

    ConsoleProblems(SignInPage signInPage) {
        this.signInPage = signInPage;
    }

    @ExceptionHandler
    ModelAndView onProblem(ProblemException e, HttpServletRequest request, HttpServletResponse response) {
        if (e.status() == HttpStatus.UNAUTHORIZED) {
            // A part of a page cannot show the form: the whole page goes there.
            response.setHeader("HX-Redirect", SessionCookie.SIGN_IN);
            String returnTo = "GET".equals(request.getMethod()) ? request.getRequestURI() : null;
            return signInPage.render(request, response, HttpStatus.UNAUTHORIZED, null, returnTo);
        }
        return ProblemPage.of(e.status(), e.getMessage());
    }

    @ExceptionHandler
    ModelAndView onRefused(ApprovalRefused e) {
        return ProblemPage.of(ApprovalProblems.status(e), e.detail());
    }
}
