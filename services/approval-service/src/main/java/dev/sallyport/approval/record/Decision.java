package dev.sallyport.approval.record;

import java.util.Locale;

/** What a person may answer. */
public enum Decision {
    /** Let this call go on. */
    APPROVE,
    /** Do not let it run. */
    DENY;

    /** Lower-case form for the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
