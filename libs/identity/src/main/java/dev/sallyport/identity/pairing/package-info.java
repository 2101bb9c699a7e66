/** Pairing: two sides that share a short code make sure of each other over a line that nobody trusts yet. */
@NullMarked
package dev.sallyport.identity.pairing;

import org.jspecify.annotations.NullMarked;
