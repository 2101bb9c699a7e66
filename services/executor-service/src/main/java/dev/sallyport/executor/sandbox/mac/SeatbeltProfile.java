package dev.sallyport.executor.sandbox.mac;

import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.ToolFailure.EgressDenied;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Plan to profile: a pure function. All is denied that is not allowed here; of two rules that match, the later one decides.
 * The kernel compares paths without links, so those of the plan must be such ({@code /private/var}, not {@code /var}).
 */
final class SeatbeltProfile {
    /** What the loader and the C library read before a program's own first instruction. */
    private static final List<String> SYSTEM = List.of(
            "/System", "/usr/lib", "/usr/share", "/Library/Apple", "/private/var/db/dyld", "/private/var/db/timezone");

    /** Programs that a tool may start beside its own. */
    private static final List<String> PROGRAMS = List.of("/bin", "/usr/bin", "/usr/libexec");

    private static final List<String> DEVICES = List.of("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom");

    /** Names that lead into /private, and folders on the way of nearly every path. */
    private static final List<String> ON_THE_WAY =
            List.of("/", "/dev", "/etc", "/private", "/private/var", "/tmp", "/usr", "/var");

    private final StringBuilder text = new StringBuilder();

    private SeatbeltProfile() {}

    /**
     * The profile of a call.
     *
     * @param programs folders with programs that tools see beside the system's own
     * @param mark a name that no other call's profile lets be asked about: who is let, is of this call
     * @throws EgressDenied for egress that this platform does not enforce
     */
    static String of(SandboxPlan plan, List<Path> programs, String mark) {
        SeatbeltProfile profile = new SeatbeltProfile();
        profile.line("(version 1)");
        profile.line("(deny default)");
        profile.line("(allow signal (target same-sandbox))");
        profile.line("(allow process-info* (target same-sandbox))");
        profile.line("(allow sysctl-read)");
        profile.files(plan, programs);
        profile.programs(plan, programs);
        profile.network(plan.network());
        profile.allow("file-read-metadata", List.of(literal(mark)));
        // Whoever may write to a file may else make it another user's program.
        profile.line("(deny file-write-setugid)");
        return profile.text.toString();
    }

    private void files(SandboxPlan plan, List<Path> programs) {
        List<String> read = new ArrayList<>();
        SYSTEM.forEach(folder -> read.add(subpath(folder)));
        PROGRAMS.forEach(folder -> read.add(subpath(folder)));
        programs.forEach(folder -> read.add(subpath(folder.toString())));
        DEVICES.forEach(device -> read.add(literal(device)));
        read.add(literal(plan.image().toString()));
        read.add(subpath(plan.workspace().toString()));
        allow("file-read*", read);
        List<String> known = new ArrayList<>();
        ON_THE_WAY.forEach(folder -> known.add(literal(folder)));
        above(plan.workspace(), known);
        above(plan.image(), known);
        allow("file-read-metadata", known);
        allow("file-write-data", List.of(literal("/dev/null"), literal("/dev/zero")));
        if (!plan.confined()) {
            allow("file-write*", List.of(subpath(plan.workspace().toString())));
        }
    }

    /** A program asks what lies on the way to the folder that it works in; nothing of it is listed to it. */
    private static void above(Path path, List<String> known) {
        for (Path each = path.getParent(); each != null; each = each.getParent()) {
            String folder = literal(each.toString());
            if (!known.contains(folder)) {
                known.add(folder);
            }
        }
    }

    /** A confined program is let begin, and makes no other process. */
    private void programs(SandboxPlan plan, List<Path> programs) {
        List<String> run = new ArrayList<>(List.of(literal(plan.image().toString())));
        if (!plan.confined()) {
            PROGRAMS.forEach(folder -> run.add(subpath(folder)));
            programs.forEach(folder -> run.add(subpath(folder.toString())));
            run.add(subpath(plan.workspace().toString()));
            line("(allow process-fork)");
        }
        allow("process-exec*", run);
    }

    private void network(NetworkPlan network) {
        switch (network) {
            case NetworkPlan.None _ -> line("(deny network*)");
            case NetworkPlan.Open _ -> {
                line("(allow network*)");
                line("(allow system-socket)");
                allow("mach-lookup", List.of("(global-name \"com.apple.dnssd.service\")"));
            }
            case NetworkPlan.Proxied _ ->
                throw new EgressDenied(
                        "Egress to named hosts needs a node on Linux that proves tier C: this one runs on" + " macOS.");
        }
    }

    private void allow(String operation, List<String> filters) {
        line("(allow " + operation);
        filters.forEach(filter -> line("    " + filter));
        text.setLength(text.length() - 1);
        line(")");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private static String subpath(String path) {
        return "(subpath " + quoted(path) + ")";
    }

    private static String literal(String path) {
        return "(literal " + quoted(path) + ")";
    }

    /**
     * A string of the profile's language, which is Scheme's: a backslash and a quotation mark have one before them. What
     * cannot be seen is written in no profile.
     */
    static String quoted(String path) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int at = 0; at < path.length(); at++) {
            char each = path.charAt(at);
            if (Character.isISOControl(each)) {
                throw new SandboxUnavailable(
                        "A path of the node has a control character in it, which no sandbox profile can name.",
                        "Move the node's folder and its programs to a path without one.");
            }
            if (each == '"' || each == '\\') {
                quoted.append('\\');
            }
            quoted.append(each);
        }
        return quoted.append('"').toString();
    }
}
