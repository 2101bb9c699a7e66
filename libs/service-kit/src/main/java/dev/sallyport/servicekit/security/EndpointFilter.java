package dev.sallyport.servicekit.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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
        } catch (RuntimeException e) {
            // A filter's, for example when the database does not say who bears a token: the dispatcher answers its own.
            if (response.isCommitted()) {
                throw e;
            }
            refusals.answer(request, response, e);
        }
    }
}
