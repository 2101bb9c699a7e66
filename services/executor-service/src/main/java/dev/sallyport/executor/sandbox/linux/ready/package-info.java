/** Sandboxes that wait at their gate before there is a call for them. */
@NullMarked
package dev.sallyport.executor.sandbox.linux.ready;

import org.jspecify.annotations.NullMarked;
