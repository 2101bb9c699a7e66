package dev.sallyport.statements.predicate;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What kind of code a call runs. Permits name one, nodes offer some, and results say which one ran. */
public enum RuntimeKind {
    /** A tool that is part of the node's own program. */
    @JsonProperty("builtin")
    BUILTIN("builtin"),
    /** A program that the node starts as a process in a sandbox of the permitted {@link Tier} or a stronger one. */
    @JsonProperty("process")
    PROCESS("process"),
    /** A WebAssembly module inside the node's program. */
    @JsonProperty("wasm")
    WASM("wasm");

    private final String wire;

    RuntimeKind(String wire) {
        this.wire = wire;
    }

    /** Its name in statements, tables and requests. */
    public String wire() {
        return wire;
    }
}
