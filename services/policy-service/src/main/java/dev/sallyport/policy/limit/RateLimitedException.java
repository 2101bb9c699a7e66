package dev.sallyport.policy.limit;

import java.time.Duration;

/** A token or a principal has made as many requests as it may in a minute. */
public final class RateLimitedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    private RateLimitedException(String message, Duration retryAfter) {
        super(message, null, false, false);
        this.retryAfter = retryAfter;
    }

    static RateLimitedException ofToken(int perMinute, Duration retryAfter) {
        return new RateLimitedException(
                "This token may make " + perMinute + " requests in a minute, and has made them. Wait for the seconds in"
                        + " Retry-After. An admin can issue a token that may make more (`requests_per_minute`).",
                retryAfter);
    }

    static RateLimitedException ofPrincipal(int perMinute, Duration retryAfter) {
        return new RateLimitedException(
                "All tokens and sessions of this principal together may make " + perMinute
                        + " requests in a minute, and have made them. Wait for the seconds in Retry-After.",
                retryAfter);
    }

    /** After which time the request is taken. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
