package dev.sallyport.policy.catalogue;

import java.util.List;

/**
 * Which programs a workspace opens to {@code process.run}, by logical name.
 *
 * @param allowedExecutables may run at all; empty means none
 * @param unattendedExecutables of these, harmless enough to run without a human; they run confined: the workspace is
 *     read-only to them, and they can start no second program
 */
public record SandboxProcessRunnerPolicy(List<String> allowedExecutables, List<String> unattendedExecutables) {
    /** Copies the lists. */
    public SandboxProcessRunnerPolicy {
        allowedExecutables = List.copyOf(allowedExecutables);
        unattendedExecutables = List.copyOf(unattendedExecutables);
    }
}
