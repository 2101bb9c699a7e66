/** Ids made by this service. */
@NullMarked
package dev.sallyport.policy.ids;

import org.jspecify.annotations.NullMarked;
