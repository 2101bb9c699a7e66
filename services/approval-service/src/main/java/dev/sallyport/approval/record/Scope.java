package dev.sallyport.approval.record;

import java.util.Locale;

/** How far an answer reaches. */
public enum Scope {
    /** This call only. */
    ONCE;

    /** Lower-case form for the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
