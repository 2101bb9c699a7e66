/** Who may be believed: SPIFFE ids, the fleet's trust roots and the certificates of signers. */
@NullMarked
package dev.sallyport.statements.trust;

import org.jspecify.annotations.NullMarked;
