/** Looks into the outbox from its own package. */
@NullMarked
package dev.sallyport.servicekit.outbox;

import org.jspecify.annotations.NullMarked;
