/** Who has read from the ledger, until the log says so. */
@NullMarked
package dev.sallyport.attestation.reading;

import org.jspecify.annotations.NullMarked;
