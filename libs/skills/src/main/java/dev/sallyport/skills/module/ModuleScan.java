package dev.sallyport.skills.module;

import dev.sallyport.skills.manifest.SkillManifest;
import java.util.List;
import java.util.Set;

/**
 * What a reading of a module found, before any engine has seen it.
 *
 * <p>An accepted module is within bounds and asks for nothing that the manifest does not. It is not yet known to be valid:
 * types of operands and indices are the engine's to check.
 *
 * @param violations every rule that is broken, at most {@value #MOST_VIOLATIONS}; a module that is not well-formed is read
 *     up to there
 * @param imports the host functions that it imports
 * @param memoryPages how many pages its memory has at the start
 */
public record ModuleScan(List<ModuleViolation> violations, Set<HostFunction> imports, int memoryPages) {
    /** Most bytes of a module. */
    public static final int MAX_BYTES = 8 << 20;
    /** Most violations that are told. */
    static final int MOST_VIOLATIONS = 100;

    /** Copies the lists. */
    public ModuleScan {
        violations = List.copyOf(violations);
        imports = Set.copyOf(imports);
    }

    /** Reads a module by the rules and by what its manifest asks for. */
    public static ModuleScan of(byte[] module, SkillManifest manifest) {
        return new ModuleScanner(module, manifest).scan();
    }

    /** Whether no rule is broken. */
    public boolean accepted() {
        return violations.isEmpty();
    }
}
