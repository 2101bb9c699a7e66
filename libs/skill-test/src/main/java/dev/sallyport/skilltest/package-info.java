/** Tries skills as a node runs them, with files, values and recorded responses that a test gives. */
@NullMarked
package dev.sallyport.skilltest;

import org.jspecify.annotations.NullMarked;
