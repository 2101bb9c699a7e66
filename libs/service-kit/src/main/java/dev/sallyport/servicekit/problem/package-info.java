/** Refusals and errors as RFC 9457 problem details. */
@NullMarked
package dev.sallyport.servicekit.problem;

import org.jspecify.annotations.NullMarked;
