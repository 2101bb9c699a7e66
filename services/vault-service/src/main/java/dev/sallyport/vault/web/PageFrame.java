package dev.sallyport.vault.web;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.pages.PageController;
import dev.sallyport.pages.ProblemPage;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.identity.FleetProperties;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.vault.VaultException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
    private static final Logger log = LoggerFactory.getLogger(PageFrame.class);

    private static final List<Section> SECTIONS = List.of(
            new Section("overview", "Overview", "/vault", Permission.VAULT_READ),
            new Section("secrets", "Secrets", "/vault/secrets", Permission.VAULT_READ),
            new Section("certificates", "Certificates", "/vault/certificates", Permission.NODE_READ),
            new Section("devices", "Devices", "/vault/devices", Permission.DEVICE_READ),
            new Section("join-tokens", "Join tokens", "/vault/join-tokens", Permission.NODE_READ));

    private final @Nullable URI approval;

    PageFrame(FleetProperties fleet) {
        this.approval = fleet.approvalPublicUrl();
    }

    /**
     * A section of the pages.
     *
     * @param name as the pages' models name it
     * @param title for people
     * @param path of its first page
     * @param needs the permission without which that page is refused
     */
    record Section(String name, String title, String path, Permission needs) {}

    @ModelAttribute("nav")
    List<Section> sections(Caller caller) {
        Principal viewer = caller.principal();
        return viewer == null
                ? List.of()
                : SECTIONS.stream()
                        .filter(section -> viewer.may(section.needs()))
                        .toList();
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

    @ExceptionHandler
    ModelAndView onRefusal(VaultException e) {
        return ProblemPage.of(VaultProblems.status(e), e.getMessage());
    }

    /** The message names files of this machine: it is for the log, not for the page. */
    @ExceptionHandler
    ModelAndView onIdentity(IdentityException e) {
        log.error("{}", e.getMessage());
        return ProblemPage.of(
                HttpStatus.SERVICE_UNAVAILABLE, "The vault cannot read its certificates. Its log says why.");
    }
}
