package dev.sallyport.fuzz;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A test that feeds a parser with hostile input through {@link Fuzz}. The tag {@code fuzz} selects exactly these, so that
 * the long form runs nothing else.
 */
@Test
@Tag("fuzz")
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface FuzzTest {}
