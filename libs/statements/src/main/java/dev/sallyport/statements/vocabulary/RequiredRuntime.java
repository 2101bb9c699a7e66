package dev.sallyport.statements.vocabulary;

import org.jspecify.annotations.Nullable;

/**
 * What a node must be able to run for a call.
 *
 * @param kind the kind of code
 * @param executable the logical name of the program; null where the tool starts none that its arguments name
 * @param confined only of a process: whether it finds the session's workspace read-only and can start no second program
 * @param skill only of WebAssembly, and always there: the skill whose module runs
 * @param program only of a process, and always there: what the workspace opens to its program
 */
public record RequiredRuntime(
        RuntimeKind kind,
        @Nullable String executable,
        boolean confined,
        @Nullable PermittedSkill skill,
        @Nullable PermittedProgram program) {
    /** A tool that is part of the node's own program. */
    public static final RequiredRuntime BUILTIN = new RequiredRuntime(RuntimeKind.BUILTIN, null, false, null, null);

    /** A process of the program with that logical name; null for any program. */
    public static RequiredRuntime process(@Nullable String executable) {
        return new RequiredRuntime(RuntimeKind.PROCESS, executable, false, null, PermittedProgram.NONE);
    }

    /** The same process, confined. */
    public static RequiredRuntime confinedProcess(String executable) {
        return new RequiredRuntime(RuntimeKind.PROCESS, executable, true, null, PermittedProgram.NONE);
    }

    /** The module of a skill. */
    public static RequiredRuntime wasm(PermittedSkill skill) {
        return new RequiredRuntime(RuntimeKind.WASM, null, false, skill, null);
    }
}
