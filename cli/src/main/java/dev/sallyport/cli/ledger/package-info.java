/** Reading the ledger, and rebuilding it from its tiles. */
@NullMarked
package dev.sallyport.cli.ledger;

import org.jspecify.annotations.NullMarked;
