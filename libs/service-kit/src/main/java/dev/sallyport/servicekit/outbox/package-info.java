/** Statements leave a service: signed and stored in the caller's transaction, sent until the ledger has them. */
@NullMarked
package dev.sallyport.servicekit.outbox;

import org.jspecify.annotations.NullMarked;
