/** What is remembered for a while. */
@NullMarked
package dev.sallyport.servicekit.cache;

import org.jspecify.annotations.NullMarked;
