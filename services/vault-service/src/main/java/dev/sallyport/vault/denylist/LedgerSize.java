package dev.sallyport.vault.denylist;

import java.util.OptionalLong;

/** How many leaves the ledger has now, as its signed checkpoint says. */
@FunctionalInterface
public interface LedgerSize {
    /** Empty when the ledger does not say within a few seconds. */
    OptionalLong now();
}
