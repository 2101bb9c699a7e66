/** What all tests of the executor share. */
@NullMarked
package dev.sallyport.executor;

import org.jspecify.annotations.NullMarked;
