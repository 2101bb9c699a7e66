package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import java.util.List;

/** Turns what bubblewrap says when it cannot set up a sandbox into the one thing to change on this host. */
final class SetupDiagnosis {
    private record Case(String sign, String why, String fix) {}

    private static final String USER_NAMESPACES =
            "Allow user namespaces for bubblewrap. Ubuntu 23.10 and later: install"
                    + " an AppArmor profile for /usr/bin/bwrap that grants userns (package apparmor-profiles, file"
                    + " bwrap-userns-restrict, or one of your own). Debian: sysctl kernel.unprivileged_userns_clone=1. In a"
                    + " container: let its seccomp profile permit clone, unshare and mount.";

    private static final List<Case> CASES = List.of(
            new Case(
                    "Creating new namespace failed: No space left",
                    "The limit of namespaces is used up.",
                    "Raise sysctl user.max_user_namespaces."),
            new Case("RTM_NEWADDR", "The new network namespace may not be configured.", USER_NAMESPACES),
            new Case("uid map", "The user namespace's map was refused.", USER_NAMESPACES),
            new Case("No permissions to creat", "User namespaces are refused.", USER_NAMESPACES),
            new Case("Creating new namespace failed", "User namespaces are refused.", USER_NAMESPACES),
            new Case(
                    "Can't mount proc",
                    "A private /proc is refused because the visible one is masked.",
                    "In a container: procMount: Unmasked with hostUsers: false (Kubernetes), or"
                            + " --security-opt systempaths=unconfined (Docker)."),
            new Case(
                    "Failed to make / slave",
                    "Changing mounts is refused.",
                    "In a container: let the seccomp and AppArmor profiles permit mount."),
            new Case("Unknown option", "This bubblewrap is too old.", "Install bubblewrap 0.8 or later."),
            new Case("seccomp", "The kernel refused the seccomp filter.", "Use a kernel with CONFIG_SECCOMP_FILTER."));

    private SetupDiagnosis() {}

    /** Names cause and fix for bubblewrap's words. */
    static SandboxUnavailable of(String stderr) {
        String said = stderr.strip();
        for (Case each : CASES) {
            if (said.contains(each.sign)) {
                return new SandboxUnavailable(each.why + " (" + said + ")", each.fix);
            }
        }
        return new SandboxUnavailable(
                "bubblewrap could not set up the sandbox: " + (said.isEmpty() ? "it said nothing" : said) + ".",
                "Run bwrap by hand as the node's user to see more.");
    }
}
