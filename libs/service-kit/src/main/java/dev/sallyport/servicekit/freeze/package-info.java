/** Freezes: stop orders that policy-service and executor control take, tell each other and obey. */
@NullMarked
package dev.sallyport.servicekit.freeze;

import org.jspecify.annotations.NullMarked;
