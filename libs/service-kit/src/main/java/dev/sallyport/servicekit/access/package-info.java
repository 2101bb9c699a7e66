/** Who calls, and what an endpoint asks of its caller. */
@NullMarked
package dev.sallyport.servicekit.access;

import org.jspecify.annotations.NullMarked;
