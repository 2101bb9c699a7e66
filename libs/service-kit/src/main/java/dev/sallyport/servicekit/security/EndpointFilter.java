package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.filter.OncePerRequestFilter;

/** Finds out what a request asks for, before any of its credentials is looked at, and answers what is refused. */
final class EndpointFilter extends OncePerRequestFilter {
    private final Endpoints endpoints;
    private final Refusals refusals;

    EndpointFilter(Endpoints endpoints, Refusals refusals) {
        this.endpoints = endpoints;
        this.refusals = refusals;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            endpoints.find(request);
        } catch (Exception e) {
            refusals.answer(request, response, e);
            return;
        }
        try {
            chain.doFilter(request, response);
        } catch (AuthenticationException e) {
            refusals.commence(request, response, e);
        } catch (ProblemException | InvalidParameterException e) {
            // The second is the container's, which reads a form when a filter first asks for its token.
            refusals.answer(request, response, e);
        }
    }
}
