package dev.sallyport.skills.manifest;

import dev.sallyport.statements.WireName;

/** How a module is called, and which functions it may import. */
public enum SkillAbi implements WireName {
    /** Functions for each tool, JSON in the module's memory, and the functions of {@code skill1}. */
    SKILL_JSON("skill-json-1"),
    /**
     * A program: its input is standard input, its answer standard output, what it may import is of WASI preview 1. It has no
     * files and no sockets.
     */
    WASI_COMMAND("wasi-command-1");

    private final String wire;

    SkillAbi(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }
}
