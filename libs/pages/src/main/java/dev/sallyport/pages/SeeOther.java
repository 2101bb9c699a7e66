package dev.sallyport.pages;

import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.view.RedirectView;

/** After a form, the browser gets a page by GET (RFC 9110, 303), so that loading it again sends nothing again. */
public final class SeeOther {
    private SeeOther() {}

    /** A redirection to that path of this service. */
    public static ModelAndView to(String path) {
        RedirectView view = new RedirectView(path);
        view.setStatusCode(HttpStatus.SEE_OTHER);
        view.setExposeModelAttributes(false);
        return new ModelAndView(view);
    }
}
