/** Freezes that another service announced. */
@NullMarked
package dev.sallyport.policy.access.messaging;

import org.jspecify.annotations.NullMarked;
