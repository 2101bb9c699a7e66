/** Reads the log as anybody with its public key can. */
@NullMarked
package dev.sallyport.e2e.ledger;

import org.jspecify.annotations.NullMarked;
