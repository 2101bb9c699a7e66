package dev.sallyport.servicekit.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The endpoint admits an owner device ({@code sallyport.access.owner-devices}) by its certificate alone, even while
 * policy-service cannot be asked: for the first steps of a fleet and for acts that only restrict. See {@link Requires}
 * for several annotations.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface OwnerDevice {}
