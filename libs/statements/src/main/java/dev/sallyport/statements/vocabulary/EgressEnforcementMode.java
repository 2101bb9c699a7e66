package dev.sallyport.statements.vocabulary;

import dev.sallyport.statements.WireName;

/** How a call's network is held, rising. */
public enum EgressEnforcementMode implements WireName {
    /** Not at all. */
    NONE("none"),
    /** Hosts found in the arguments are checked; advisory. */
    PREFLIGHT("preflight"),
    /** By the kernel. */
    STRICT("strict");

    private final String wire;

    EgressEnforcementMode(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }
}
