package dev.sallyport.policy.limit.web;

import dev.sallyport.policy.limit.RateLimitedException;
import dev.sallyport.servicekit.problem.ProblemException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Requests beyond the limits as problem documents. On a page they are a page, by the advice of pages, which comes first. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class RateProblems {
    @ExceptionHandler
    ResponseEntity<Object> onRateLimit(RateLimitedException e) {
        return ProblemException.tooManyRequests("RATE_LIMITED", String.valueOf(e.getMessage()), e.retryAfter())
                .asResponse();
    }
}
