/** What the ledger writes into an evidence bundle and its verifier expects there. */
@NullMarked
package dev.sallyport.statements.bundle;

import org.jspecify.annotations.NullMarked;
