/** Limits on how often a caller may do something. */
@NullMarked
package dev.sallyport.servicekit.limit;

import org.jspecify.annotations.NullMarked;
