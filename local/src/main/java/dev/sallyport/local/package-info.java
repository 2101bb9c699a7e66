/** The fleet on one machine. */
@NullMarked
package dev.sallyport.local;

import org.jspecify.annotations.NullMarked;
