/** A steady stream of proposals, with agents and a human, and the account of every accepted call at its end. */
@NullMarked
package dev.sallyport.e2e.stream;

import org.jspecify.annotations.NullMarked;
