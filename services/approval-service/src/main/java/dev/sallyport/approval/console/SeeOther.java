package dev.sallyport.approval.console;

import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.view.RedirectView;

/** After a form, the browser gets a page by GET (RFC 9110, 303), so that loading it again sends nothing again. */
final class SeeOther {
    private SeeOther() {}

    static ModelAndView to(String path) {
        RedirectView view = new RedirectView(path);
        view.setStatusCode(HttpStatus.SEE_OTHER);
        view.setExposeModelAttributes(false);
        return new ModelAndView(view);
    }
}
