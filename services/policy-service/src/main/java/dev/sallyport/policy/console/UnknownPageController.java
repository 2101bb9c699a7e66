package dev.sallyport.policy.console;

import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.problem.ProblemException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.ModelAndView;

/** Whatever else is asked for below the pages: a person gets a page that says so. */
@PageController
class UnknownPageController {
    @GetMapping("/policy/**")
    @Requires(Permission.TOOL_READ)
    ModelAndView unknown(Caller caller) {
        PageModel.viewer(caller);
        throw ProblemException.notFound(
                "There is no such page. Begin with the overview; everything else is reached from there.");
    }
}
