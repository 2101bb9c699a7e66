/** Secrets: written, listed, resolved and redeemed, never read by people or agents. */
@NullMarked
package dev.sallyport.vault.secret;

import org.jspecify.annotations.NullMarked;
