package dev.sallyport.servicekit.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The endpoint admits named machines that belong to the fleet without being one of its services, by their certificates.
 * See {@link Requires} for several annotations.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface InfrastructureOnly {
    /** The names admitted, such as {@code mirror} for {@code spiffe://…/infra/mirror}. */
    String[] value();

    /** Whether it is on the internal connector as well, where a path that is neither API nor internal is not. */
    boolean internalToo() default false;
}
