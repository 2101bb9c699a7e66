package dev.sallyport.statements.vocabulary;

import dev.sallyport.statements.WireName;

/** What kind of code a call runs. Permits name one, nodes offer some, and results say which one ran. */
public enum RuntimeKind implements WireName {
    /** A tool that is part of the node's own program. */
    BUILTIN("builtin"),
    /** A program that the node starts as a process in a sandbox of the permitted {@link Tier} or a stronger one. */
    PROCESS("process"),
    /** A WebAssembly module inside the node's program. */
    WASM("wasm");

    private final String wire;

    RuntimeKind(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }
}
