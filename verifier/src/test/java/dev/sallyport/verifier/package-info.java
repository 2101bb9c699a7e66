/** The verifier as a stranger runs it. */
@NullMarked
package dev.sallyport.verifier;

import org.jspecify.annotations.NullMarked;
