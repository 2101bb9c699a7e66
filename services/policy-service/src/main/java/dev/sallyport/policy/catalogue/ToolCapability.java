package dev.sallyport.policy.catalogue;

import java.util.Locale;

/** What a tool can do beyond giving an answer. Any of these makes it sensitive. */
public enum ToolCapability {
    /** Starts programs. */
    PROCESS_EXEC,
    /** Reaches the network. */
    NETWORK,
    /** Reads secrets. */
    SECRETS_READ,
    /** Writes files. */
    FILESYSTEM_WRITE;

    /** The name on the wire and in policies. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
