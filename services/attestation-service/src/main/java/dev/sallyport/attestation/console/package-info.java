/** The frame of the ledger's pages. */
@NullMarked
package dev.sallyport.attestation.console;

import org.jspecify.annotations.NullMarked;
