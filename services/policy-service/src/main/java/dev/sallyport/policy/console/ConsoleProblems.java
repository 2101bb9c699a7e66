package dev.sallyport.policy.console;

import dev.sallyport.pages.FormCheck;
import dev.sallyport.pages.PageController;
import dev.sallyport.pages.ProblemPage;
import dev.sallyport.policy.limit.RateLimitedException;
import dev.sallyport.servicekit.identity.FleetProperties;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.servlet.ModelAndView;

/** What goes wrong on a page, as a page; who is not signed in learns where to do so. */
@ControllerAdvice(annotations = PageController.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class ConsoleProblems {
    private final @Nullable URI approval;

    ConsoleProblems(FleetProperties fleet) {
        this.approval = fleet.approvalPublicUrl();
    }

    @ExceptionHandler
    ModelAndView onRateLimit(RateLimitedException e, HttpServletResponse response) {
        response.setHeader(
                HttpHeaders.RETRY_AFTER,
                Long.toString(Math.max(1, e.retryAfter().plusNanos(999_999_999).toSeconds())));
        return ProblemPage.of(HttpStatus.TOO_MANY_REQUESTS, e.getMessage());
    }

    @ExceptionHandler
    ModelAndView onProblem(ProblemException e) {
        if (e.status() != HttpStatus.UNAUTHORIZED) {
            return ProblemPage.of(e.status(), FormCheck.inWords(e));
        }
        ModelAndView page = ProblemPage.of(
                e.status(),
                "These pages are for who has signed in at the console. Sign in there, then open this page again. A"
                        + " link from another site arrives without the session: then load the page once more.");
        page.addObject("signInUrl", approval == null ? null : approval + "/console/sign-in");
        return page;
    }
}
