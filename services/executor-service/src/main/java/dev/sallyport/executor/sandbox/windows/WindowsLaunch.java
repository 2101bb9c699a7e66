package dev.sallyport.executor.sandbox.windows;

import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.ToolFailure.EgressDenied;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.statements.Digest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Plan to launch: a pure function.
 *
 * @param container name of the app container: one for each workspace, and another for programs that may not write to it
 * @param image the program's file
 * @param commandLine program and arguments as Windows takes them
 * @param environment block of variables
 * @param workspace the session's folder
 * @param folder where the program starts
 * @param confined whether it may neither write to the workspace nor start another program
 */
record WindowsLaunch(
        String container,
        String image,
        String commandLine,
        String environment,
        String workspace,
        String folder,
        boolean confined,
        SandboxLimits limits) {
    /** A drive, a share, a device, or a way up, by backslashes that no other system has. */
    private static final Pattern LEADS_OUT =
            Pattern.compile("(^|[=@,;:])([A-Za-z]:|\\\\)|(^|[\\\\/=])\\.\\.(\\\\|$)|:[^\\\\/]*:");

    /**
     * Makes it.
     *
     * @param systemRoot the folder of Windows
     * @throws EgressDenied for egress that this platform does not enforce
     * @throws InvalidInput for arguments that name something outside of the workspace in Windows' own way
     */
    static WindowsLaunch of(SandboxPlan plan, String systemRoot) {
        if (!(plan.network() instanceof NetworkPlan.None)) {
            throw new EgressDenied(
                    "A program reaches the network on Linux only, and this node runs on Windows: use another pool.");
        }
        if (!plan.secrets().isEmpty()) {
            throw new InvalidInput("A secret that a program reads needs a node on Linux: let the secret be delivered by"
                    + " environment.");
        }
        plan.arguments().forEach(WindowsLaunch::staysInside);
        String workspace = plan.workspace().toString();
        return new WindowsLaunch(
                container(workspace, plan.confined()),
                plan.image().toString(),
                CommandLine.of(plan.image().toString(), plan.arguments()),
                CommandLine.environment(environment(plan, systemRoot)),
                workspace,
                folder(plan, workspace),
                plan.confined(),
                plan.limits());
    }

    /** At most 64 characters, and none that Windows does not take. */
    static String container(String workspace, boolean confined) {
        String digest = Digest.of(workspace.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8))
                .hex();
        return "sallyport." + digest.substring(0, 40) + (confined ? ".r" : ".w");
    }

    private static void staysInside(String argument) {
        if (LEADS_OUT.matcher(argument).find() || argument.startsWith(SandboxPlan.WORKSPACE)) {
            throw new InvalidInput("The argument " + argument + " names a drive, a share, a way up or "
                    + SandboxPlan.WORKSPACE + ": name files relative to the workspace.");
        }
    }

    private static String folder(SandboxPlan plan, String workspace) {
        String inside = plan.folder();
        if (!inside.equals(SandboxPlan.WORKSPACE) && !inside.startsWith(SandboxPlan.WORKSPACE + "/")) {
            throw new IllegalArgumentException("a tool starts in the workspace or in a folder of it, not in " + inside);
        }
        return workspace + inside.substring(SandboxPlan.WORKSPACE.length()).replace('/', '\\');
    }

    /** What the C runtime and the loader need, and nothing of the node's. */
    private static Map<String, String> environment(SandboxPlan plan, String systemRoot) {
        String home = plan.confined() ? systemRoot + "\\Temp" : plan.workspace().toString();
        Map<String, String> environment = new HashMap<>(Map.of(
                "SystemRoot", systemRoot,
                "PATH", systemRoot + "\\System32",
                "PATHEXT", ".EXE",
                "USERPROFILE", home,
                "TEMP", home,
                "TMP", home));
        environment.putAll(plan.environment());
        return environment;
    }
}
