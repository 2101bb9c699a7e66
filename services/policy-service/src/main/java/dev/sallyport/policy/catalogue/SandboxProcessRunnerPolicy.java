package dev.sallyport.policy.catalogue;

import java.util.List;

/**
 * Which programs a workspace opens to {@code process.run}, by logical name.
 *
 * @param allowedExecutables may run at all; empty means none
 * @param unattendedExecutables of these, those that may run without a human where their argument profile says that the
 *     call only reads; they run confined: the workspace is read-only to them, and they can start no second program
 */
public record SandboxProcessRunnerPolicy(List<String> allowedExecutables, List<String> unattendedExecutables) {
    /** Copies the lists. */
    public SandboxProcessRunnerPolicy {
        allowedExecutables = List.copyOf(allowedExecutables);
        unattendedExecutables = List.copyOf(unattendedExecutables);
    }
}
