/** The pages, over HTTP and in a real browser. */
@NullMarked
package dev.sallyport.policy.console;

import org.jspecify.annotations.NullMarked;
