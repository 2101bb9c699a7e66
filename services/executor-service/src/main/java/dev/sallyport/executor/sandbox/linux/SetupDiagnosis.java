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

    private static final String MOUNTS =
            "In a container: let its seccomp profile permit mount, umount2 and pivot_root, and its AppArmor or SELinux"
                    + " profile permit mounting (Kubernetes: the component executor-userns has both; Docker:"
                    + " --security-opt seccomp=deploy/containers/node-seccomp.json --security-opt apparmor=unconfined).";

    private static final List<Case> CASES = List.of(
            new Case(
                    "execvp",
                    "The first process of the sandbox could not be executed.",
                    "See that the node's folder is not on a file system mounted noexec."),
            new Case(
                    "Creating new namespace failed: No space left",
                    "The limit of namespaces is used up.",
                    "Raise sysctl user.max_user_namespaces."),
            new Case("RTM_NEWADDR", "The new network namespace may not be configured.", USER_NAMESPACES),
            new Case("gid map", "The user namespace's map was refused.", USER_NAMESPACES),
            new Case("uid map", "The user namespace's map was refused.", USER_NAMESPACES),
            new Case("No permissions to creat", "User namespaces are refused.", USER_NAMESPACES),
            new Case("Creating new namespace failed", "User namespaces are refused.", USER_NAMESPACES),
            new Case(
                    "Can't mount proc",
                    "A private /proc is refused because the visible one is masked.",
                    "In a container: procMount: Unmasked with hostUsers: false (Kubernetes), or"
                            + " --security-opt systempaths=unconfined (Docker)."),
            new Case("Failed to make / slave", "Changing mounts is refused.", MOUNTS),
            new Case("pivot_root", "A root folder of its own is refused.", MOUNTS),
            new Case("Can't mount devpts", "Terminals of its own are refused.", MOUNTS),
            new Case("Can't mount tmpfs", "A temporary folder of its own is refused.", MOUNTS),
            new Case(
                    "Can't find source path",
                    "A folder that every tool sees is not there, or not for the tools' user.",
                    "See that the node's folder and all above it can be passed through (mode x) by the tools' user."),
            new Case("Can't bind mount", "A folder of the host cannot be shown in the sandbox.", MOUNTS),
            new Case("Can't remount", "A folder of the host cannot be made read-only.", MOUNTS),
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
        if (said.isEmpty()) {
            return new SandboxUnavailable(
                    "bubblewrap ended or hung without a word before the sandbox was set up.",
                    "Look at the kernel's log for what ended it (memory, a security module), then run"
                            + " bwrap --unshare-all --ro-bind / / true as the node's user.");
        }
        return new SandboxUnavailable(
                "bubblewrap could not set up the sandbox: " + said + ".",
                "Run bwrap --unshare-all --ro-bind / / true as the node's user to see more.");
    }
}
