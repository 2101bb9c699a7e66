package dev.sallyport.approval.console;

import dev.sallyport.pages.PageModel;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.ProblemException;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.ModelAndView;

/** Whatever else is asked for below the pages: a person gets a page that says so. */
@Controller
class UnknownPageController {
    @GetMapping("/console/**")
    @Requires(Permission.APPROVAL_READ)
    ModelAndView unknown(Caller caller) {
        PageModel.of("", caller);
        throw ProblemException.notFound(
                "There is no such page. Begin with what is waiting; everything else is reached from there.");
    }
}
