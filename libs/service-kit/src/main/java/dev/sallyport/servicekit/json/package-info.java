/** JSON as the fleet's REST speaks it. */
@NullMarked
package dev.sallyport.servicekit.json;

import org.jspecify.annotations.NullMarked;
