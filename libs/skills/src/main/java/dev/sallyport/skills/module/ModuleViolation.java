package dev.sallyport.skills.module;

/**
 * One rule that a module breaks.
 *
 * @param rule which
 * @param detail where and how
 */
public record ModuleViolation(Rule rule, String detail) {
    /** The rules for modules. */
    public enum Rule {
        /** The bytes follow the binary format, and exports name what is there, once. */
        WELL_FORMED,
        /** Sections, functions, bodies, locals, nesting, exports and data stay within bounds. */
        BOUNDED,
        /** There is one memory, of its own, not shared, and not larger than the manifest says. */
        ONE_MEMORY,
        /** There is at most one table, of functions, within bounds. */
        ONE_TABLE,
        /** Every import is a function that the host has. */
        KNOWN_IMPORT,
        /** Every imported function has the type that the host gives it. */
        IMPORT_TYPE,
        /** The manifest asks for every capability that the module imports. */
        IMPORT_REQUESTED,
        /** What the host calls is exported, with the types that it expects. */
        EXPORTED,
        /** Only enabled instructions and types are used. */
        ENABLED
    }

    @Override
    public String toString() {
        return rule + ": " + detail;
    }
}
