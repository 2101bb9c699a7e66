package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatusCode;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.View;
import org.springframework.web.servlet.ViewResolver;

/**
 * Answers a refused request as the advice of its controller would: with a problem document, on a page with a page.
 * Answering here as the advice does in the dispatcher keeps one form for what is refused before and after it.
 */
final class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler {
    private final ObjectProvider<HandlerExceptionResolver> advice;
    private final ObjectProvider<ViewResolver> views;

    /**
     * Through the advice and the views of the dispatcher.
     *
     * @param views asked only where an advice answers with a page; a service without pages has none
     */
    Refusals(ObjectProvider<HandlerExceptionResolver> advice, ObjectProvider<ViewResolver> views) {
        this.advice = advice;
        this.views = views;
    }

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
            throws IOException, ServletException {
        ProblemException problem = problemIn(e);
        answer(request, response, problem == null ? ProblemException.unauthenticated(message(e)) : problem);
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException e)
            throws IOException, ServletException {
        ProblemException problem = problemIn(e);
        if (problem == null && e instanceof CsrfException) {
            problem = ProblemException.forbidden(
                    "FORM_TOKEN_REFUSED", "This form was not made by this page for you. Load the page again.");
        }
        answer(request, response, problem == null ? ProblemException.forbidden("FORBIDDEN", message(e)) : problem);
    }

    /** What the caller is told; null when the library refused by itself. */
    private static @Nullable ProblemException problemIn(Throwable refusal) {
        for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException problem) {
                return problem;
            }
            if (cause instanceof AuthorizationDeniedException denied
                    && denied.getAuthorizationResult() instanceof EndpointAuthorization.Refused(ProblemException why)) {
                return why;
            }
        }
        return null;
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage());
    }

    /** Answers with what the advice makes of this exception, which may be any that a mapping or a filter throws. */
    void answer(HttpServletRequest request, HttpServletResponse response, Exception e)
            throws IOException, ServletException {
        // The refusal has a type of its own, whatever the handler produces.
        request.removeAttribute(HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE);
        Endpoint endpoint = Endpoint.find(request);
        ModelAndView answer = advice.getObject()
                .resolveException(
                        request,
                        response,
                        endpoint == null ? null : endpoint.handler().getHandler(),
                        e);
        if (answer == null) {
            throw new ServletException("no advice answers the refusal", e);
        }
        if (!answer.isEmpty()) {
            render(answer, request, response);
        }
    }

    private void render(ModelAndView page, HttpServletRequest request, HttpServletResponse response)
            throws ServletException {
        HttpStatusCode status = page.getStatus();
        if (status != null) {
            response.setStatus(status.value());
        }
        try {
            View view = page.getView() != null
                    ? page.getView()
                    : views.getObject()
                            .resolveViewName(Objects.requireNonNull(page.getViewName()), request.getLocale());
            Objects.requireNonNull(view, "there is no such page").render(page.getModel(), request, response);
        } catch (Exception e) {
            throw new ServletException("a refusal's page cannot be rendered", e);
        }
    }
}
