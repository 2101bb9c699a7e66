package dev.sallyport.servicekit.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The endpoint admits a principal (token, session, device or agent certificate) that has every one of these
 * permissions. Several access annotations on one method are alternatives: the caller must satisfy one of them. Those of
 * the method replace those of the class.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Requires {
    /** All of them are needed. */
    Permission[] value();

    /** Or all of these instead. Empty when there is no alternative. */
    Permission[] or() default {};
}
