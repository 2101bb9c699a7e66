package dev.sallyport.policy.limit.web;

import dev.sallyport.policy.limit.RequestRates;
import dev.sallyport.servicekit.access.Principal;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Counts each request that {@link RequestRates#isLimited} says is counted, once it is authenticated and before its body
 * is read.
 */
final class RateInterceptor implements HandlerInterceptor {
    private final RequestRates rates;

    RateInterceptor(RequestRates rates) {
        this.rates = rates;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        Authentication caller = SecurityContextHolder.getContext().getAuthentication();
        // A request that is dispatched again was counted when it came.
        if (request.getDispatcherType() == DispatcherType.REQUEST
                && caller != null
                && caller.getPrincipal() instanceof Principal principal
                && RequestRates.isLimited(principal)) {
            rates.count(principal, 1);
        }
        return true;
    }
}
