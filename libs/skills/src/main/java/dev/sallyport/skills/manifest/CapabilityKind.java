package dev.sallyport.skills.manifest;

import dev.sallyport.statements.WireName;

/** What a module can ask of its host beyond computing. */
public enum CapabilityKind implements WireName {
    /** Requests to named addresses. */
    HTTP("http"),
    /** Reading files of the workspace. */
    FILES_READ("fs_read"),
    /** Writing files of the workspace. */
    FILES_WRITE("fs_write"),
    /** Values that are kept from one call to the next. */
    KEY_VALUE("kv"),
    /** The time of the call. */
    CLOCK("clock"),
    /** Random bytes. */
    RANDOM("random");

    private final String wire;

    CapabilityKind(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }
}
