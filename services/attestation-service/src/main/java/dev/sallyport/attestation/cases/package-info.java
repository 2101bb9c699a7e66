/** The life of one call with its proofs, and its evidence bundle. */
@NullMarked
package dev.sallyport.attestation.cases;

import org.jspecify.annotations.NullMarked;
