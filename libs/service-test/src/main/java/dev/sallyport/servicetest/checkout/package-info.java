/** The checkout whose tests run. */
@NullMarked
package dev.sallyport.servicetest.checkout;

import org.jspecify.annotations.NullMarked;
