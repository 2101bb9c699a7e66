/** Statements reach a service: verified from their bytes, then applied once. */
@NullMarked
package dev.sallyport.servicekit.inbox;

import org.jspecify.annotations.NullMarked;
