package dev.sallyport.servicekit.freeze;

import dev.sallyport.statements.Freeze;

/** Ends what already runs when something is frozen. Declare it as a bean. */
@FunctionalInterface
public interface FreezeListener {
    /**
     * A freeze has been stored, or was asked for again while in force. Runs in its transaction: an exception undoes the
     * freeze.
     */
    void onFrozen(Freeze freeze);
}
