/** Query parameters: what an endpoint does not know is refused, never passed over. */
@NullMarked
package dev.sallyport.servicekit.query;

import org.jspecify.annotations.NullMarked;
