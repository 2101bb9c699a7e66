package dev.sallyport.attestation.console;

import dev.sallyport.pages.PageController;
import dev.sallyport.pages.ProblemPage;
import dev.sallyport.servicekit.identity.FleetProperties;
import dev.sallyport.servicekit.problem.ProblemException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.servlet.ModelAndView;

/** What stands above every page, and what goes wrong on one, as a page; who is not signed in learns where to do so. */
@ControllerAdvice(annotations = PageController.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class PageFrame {
    private final @Nullable URI approval;

    PageFrame(FleetProperties fleet) {
        this.approval = fleet.approvalPublicUrl();
    }

    /** The console of approval-service, where people sign in and out; null where nobody has said where it is. */
    @ModelAttribute("consoleUrl")
    @Nullable
    String console() {
        return approval == null ? null : approval + "/console";
    }

    @ExceptionHandler
    ModelAndView onProblem(ProblemException e) {
        if (e.status() != HttpStatus.UNAUTHORIZED) {
            return ProblemPage.of(e.status(), e.getMessage());
        }
        ModelAndView page = ProblemPage.of(
                e.status(),
                "These pages are for who has signed in at the console. Sign in there, then open this page again. A"
                        + " link from another site arrives without the session: then load the page once more.");
        page.addObject("signInUrl", approval == null ? null : approval + "/console/sign-in");
        return page;
    }
}
