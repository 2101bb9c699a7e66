package dev.sallyport.executor.sandbox.linux.launch;

import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;

/** Turns the step at which a tool could not be prepared into the one thing to change on this host. */
public final class LaunchDiagnosis {
    private LaunchDiagnosis() {}

    /**
     * Names cause and fix.
     *
     * @param said the first line of the keeper, as {@code failed landlock 38}; empty if it said nothing
     */
    public static SandboxUnavailable of(String said) {
        String[] words = said.split(" ", -1);
        String step = words.length == 3 && words[0].equals("failed") ? words[1] : "";
        return switch (step) {
            case "landlock", "landlock_ruleset" ->
                because(
                        "The kernel refuses Landlock",
                        said,
                        "Use Linux 6.12 or later with landlock in its list of security modules; in a container let its"
                                + " seccomp profile permit the landlock calls.");
            case "landlock_rule", "rule" ->
                because(
                        "A folder that every tool sees cannot be opened",
                        said,
                        "See that the node's user may pass through its own folders.");
            case "filter" ->
                because(
                        "Not in force: seccomp",
                        said,
                        "Use a kernel with CONFIG_SECCOMP_FILTER and the distribution's own bubblewrap.");
            case "seccomp", "confinement" ->
                because(
                        "The kernel refuses the system call filter",
                        said,
                        "Use a kernel with CONFIG_SECCOMP_FILTER; in a container let its seccomp profile permit seccomp"
                                + " and prctl.");
            case "cgroup", "cgroup_join", "clone" ->
                because(
                        "The tool cannot be made in its control group",
                        said,
                        "Delegate a cgroup to the node's user with all above it that the node was started in, under"
                                + " systemd by Delegate=memory pids and DelegateSubgroup.");
            case "root" ->
                because(
                        "The tool would run as uid 0, and tools never do",
                        said,
                        "Start the node as an unprivileged user of its own, or name one for tools"
                                + " (sallyport.node.tool-user).");
            case "user", "bounding_set", "capabilities" ->
                because(
                        "The tool's user cannot be taken",
                        said,
                        "Give the node CAP_SETUID, CAP_SETGID and CAP_SETPCAP, or do not name a user for tools.");
            case "setrlimit", "getrlimit" ->
                because(
                        "A limit cannot be set",
                        said,
                        "Compare the limits of the node's own process (/proc/PID/limits) with those of its permits.");
            case "program",
                    "folder",
                    "pipes",
                    "gate",
                    "prctl",
                    "keeper",
                    "first",
                    "request",
                    "command",
                    "input",
                    "fork" ->
                because(
                        "The tool cannot be prepared",
                        said,
                        "Look at the kernel's log and at the node's limits of processes and open files.");
            default ->
                because(
                        "The launcher gave no sign of a waiting tool",
                        said,
                        "Look at the kernel's log for what ended it (memory, a security module).");
        };
    }

    private static SandboxUnavailable because(String why, String said, String fix) {
        return new SandboxUnavailable(why + " (" + (said.isEmpty() ? "no word" : said) + ").", fix);
    }
}
