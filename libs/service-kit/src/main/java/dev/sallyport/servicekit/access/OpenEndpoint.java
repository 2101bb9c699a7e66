package dev.sallyport.servicekit.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The endpoint admits everybody who can connect. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface OpenEndpoint {
    /** Why that is right. */
    String value();

    /** Whether it is on the internal connector as well, where a path that is neither API nor internal is not. */
    boolean internalToo() default false;
}
