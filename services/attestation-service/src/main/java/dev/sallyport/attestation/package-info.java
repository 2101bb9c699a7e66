/** attestation-service: the ledger. */
@NullMarked
package dev.sallyport.attestation;

import org.jspecify.annotations.NullMarked;
