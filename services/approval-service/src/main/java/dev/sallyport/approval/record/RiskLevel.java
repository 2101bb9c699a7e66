package dev.sallyport.approval.record;

import java.util.Locale;

/** How much can go wrong, as the asking rule says; in rising order. */
public enum RiskLevel {
    /** Little. */
    LOW,
    /** Something. */
    MEDIUM,
    /** Much. */
    HIGH,
    /** Everything. */
    CRITICAL;

    /** Lower-case form for the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
