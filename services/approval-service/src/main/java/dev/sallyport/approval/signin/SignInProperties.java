package dev.sallyport.approval.signin;

import jakarta.validation.constraints.AssertTrue;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * {@code sallyport.sign-in.*}
 *
 * @param sessionLifetime how long a sign-in lasts, 1 minute to 12 hours; default 1 hour
 * @param fresh how long after a one-time link somebody without a key may answer what asks for a signature, at most 15
 *     minutes; default 5 minutes
 */
@Validated
@ConfigurationProperties("sallyport.sign-in")
record SignInProperties(
        @DefaultValue("1h") Duration sessionLifetime,
        @DefaultValue("5m") Duration fresh) {
    @AssertTrue(message = "session-lifetime must be between 1 minute and 12 hours")
    boolean isLifetimeShort() {
        return sessionLifetime.compareTo(Duration.ofMinutes(1)) >= 0
                && sessionLifetime.compareTo(Duration.ofHours(12)) <= 0;
    }

    @AssertTrue(message = "fresh must be at most 15 minutes, and not negative")
    boolean isFreshShort() {
        return !fresh.isNegative() && fresh.compareTo(Duration.ofMinutes(15)) <= 0;
    }
}
