package dev.sallyport.statements.vocabulary;

import dev.sallyport.statements.WireName;

/** How an approver must be authenticated, rising. */
public enum Assurance implements WireName {
    /** A sign-in session, a token or a device's certificate. */
    SESSION("session"),
    /**
     * A signature with the approver's own key over the answer. Who has no key yet answers in a session that has just begun
     * with a one-time link, and the answer says that it is unsigned.
     */
    KEY("key");

    private final String wire;

    Assurance(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }
}
