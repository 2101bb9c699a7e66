package dev.sallyport.policy.catalogue;

import dev.sallyport.statements.WireName;

/** What a tool can do beyond giving an answer. Any of these makes it sensitive. */
public enum ToolCapability implements WireName {
    /** Starts programs. */
    PROCESS_EXEC("process_exec"),
    /** Reaches the network. */
    NETWORK("network"),
    /** Reads secrets. */
    SECRETS_READ("secrets_read"),
    /** Writes files. */
    FILESYSTEM_WRITE("filesystem_write");

    private final String wire;

    ToolCapability(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }
}
