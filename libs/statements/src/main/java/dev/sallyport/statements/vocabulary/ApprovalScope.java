package dev.sallyport.statements.vocabulary;

import dev.sallyport.statements.WireName;

/** How far an answer may reach, narrowing: of two, the later one is the stricter. */
public enum ApprovalScope implements WireName {
    /** For calls like this one, whatever their session, until a time that the answer states. */
    TIME("time"),
    /** For calls like this one in the same session, until a time that the answer states. */
    SESSION("session"),
    /** For this call alone. */
    ONCE("once");

    private final String wire;

    ApprovalScope(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }
}
