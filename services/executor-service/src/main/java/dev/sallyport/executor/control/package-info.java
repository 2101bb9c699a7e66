/** Permitted calls, the one arbiter between claim and stop, leases, freezes: what executor control knows. */
@NullMarked
package dev.sallyport.executor.control;

import org.jspecify.annotations.NullMarked;
