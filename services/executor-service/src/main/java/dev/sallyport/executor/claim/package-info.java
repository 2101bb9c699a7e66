/** What control and a node say to one another. */
@NullMarked
package dev.sallyport.executor.claim;

import org.jspecify.annotations.NullMarked;
