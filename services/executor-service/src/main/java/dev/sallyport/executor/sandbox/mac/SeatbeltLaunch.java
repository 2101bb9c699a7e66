package dev.sallyport.executor.sandbox.mac;

import dev.sallyport.arguments.PathArgument;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Plan to launch: a pure function. A shell with a fixed script takes limits upon itself, waits at descriptor 3 until it is
 * let go, and becomes {@code sandbox-exec}, which takes the profile upon itself and becomes the program. Nothing of the
 * call is part of the script, and if the profile cannot be taken, nothing of the call runs.
 *
 * @param command path and words; the first is the program that is started
 * @param environment the whole of it
 * @param folder where it starts
 * @param profile what it is held by
 */
record SeatbeltLaunch(List<String> command, Map<String, String> environment, Path folder, String profile) {
    /** By its name: what {@code /bin/sh} is, is settable. With -p it reads no file that a variable names. */
    static final String SHELL = "/bin/bash";

    static final String SANDBOX_EXEC = "/usr/bin/sandbox-exec";

    /** What this shell counts the length of files in. */
    static final int BLOCK = 1024;

    static final String SCRIPT = "ulimit -c 0 && ulimit -t \"$1\" && ulimit -f \"$2\" && ulimit -n \"$3\" && ulimit -u"
            + " \"$4\" && shift 4 && read -r go <&3 && [ \"$go\" = go ] && exec 3<&- && exec \"$@\"; exit 126";

    /** The user's other processes, which the kernel counts as well. */
    private static final int OTHER_PROCESSES = 512;

    /**
     * Makes it.
     *
     * @param mark see {@link SeatbeltProfile}
     * @throws InvalidInput for arguments that name a folder which only Linux' namespaces can show
     */
    static SeatbeltLaunch of(SandboxPlan plan, List<Path> programs, String mark) {
        if (!plan.secrets().isEmpty()) {
            throw new InvalidInput("A secret that a program reads needs a node on Linux: let the secret be delivered by"
                    + " environment.");
        }
        String profile = SeatbeltProfile.of(plan, programs, mark);
        List<String> command = new ArrayList<>(List.of(SHELL, "-p", "-c", SCRIPT, "sallyport"));
        command.addAll(limits(plan.limits()));
        command.addAll(List.of(SANDBOX_EXEC, "-p", profile, plan.image().toString()));
        for (String argument : plan.arguments()) {
            command.add(sameOnHost(argument));
        }
        return new SeatbeltLaunch(List.copyOf(command), environment(plan), folder(plan), profile);
    }

    private static List<String> limits(SandboxLimits limits) {
        return List.of(
                Long.toString((limits.cpuMillis() + 999) / 1000),
                Long.toString(Math.max(1, limits.fileBytes() / BLOCK)),
                Integer.toString(limits.openFiles()),
                Integer.toString(limits.processes() + OTHER_PROCESSES));
    }

    private static String sameOnHost(String argument) {
        for (PathArgument path : PathArgument.in(argument)) {
            if (path.text().startsWith(SandboxPlan.WORKSPACE)) {
                throw new InvalidInput("The argument " + argument + " names " + SandboxPlan.WORKSPACE
                        + ", where a tool has its workspace on Linux only: name files relative to the workspace.");
            }
        }
        return argument;
    }

    private static Path folder(SandboxPlan plan) {
        Path seen = Path.of(SandboxPlan.WORKSPACE);
        Path inside = Path.of(plan.folder());
        if (!inside.startsWith(seen)) {
            throw new IllegalArgumentException("a tool starts in the workspace or in a folder of it, not in " + inside);
        }
        return plan.workspace().resolve(seen.relativize(inside)).normalize();
    }

    private static Map<String, String> environment(SandboxPlan plan) {
        Map<String, String> environment =
                new TreeMap<>(Map.of("PATH", "/usr/bin:/bin", "LANG", "en_US.UTF-8", "LC_ALL", "en_US.UTF-8"));
        if (plan.confined()) {
            // Programs obey settings that they find at home. What runs without a human obeys none.
            environment.put("HOME", "/var/empty");
        } else {
            environment.put("HOME", plan.workspace().toString());
            environment.put("TMPDIR", plan.workspace().toString());
        }
        environment.putAll(plan.environment());
        return environment;
    }
}
