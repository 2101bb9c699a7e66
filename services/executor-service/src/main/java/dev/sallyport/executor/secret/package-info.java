/** Secrets of a call while it runs: where they go, and what makes them invisible everywhere else. */
@NullMarked
package dev.sallyport.executor.secret;

import org.jspecify.annotations.NullMarked;
