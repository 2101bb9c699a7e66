package dev.sallyport.executor.process;

import dev.sallyport.arguments.PathArgument;
import dev.sallyport.executor.sandbox.ToolFailure.ExecutableDenied;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an interpreter that a node allows may be called: flags of a short list, then one file of the workspace, then
 * whatever that file is given. So what runs lies in a file that people and policies can look at, never in an argument
 * or on stdin.
 */
final class ScriptCall {
    private static final Set<String> OF_SHELLS = Set.of("-e", "-u", "-x", "-eu", "-ex", "-ux", "-eux");

    /** The flags of each kind of interpreter that only change how the file is read or run. */
    private static final Map<String, Set<String>> FLAGS = Map.ofEntries(
            Map.entry("perl", Set.of("-w", "-W", "-X", "-t", "-T")),
            Map.entry("python", Set.of("-B", "-E", "-I", "-O", "-OO", "-s", "-S", "-u")),
            Map.entry("ruby", Set.of("-w", "-W0", "-W1", "-W2")),
            Map.entry("sh", OF_SHELLS),
            Map.entry("bash", OF_SHELLS),
            Map.entry("dash", OF_SHELLS),
            Map.entry("ash", OF_SHELLS),
            Map.entry("ksh", OF_SHELLS),
            Map.entry("mksh", OF_SHELLS),
            Map.entry("zsh", OF_SHELLS),
            Map.entry("fish", Set.of()),
            Map.entry("csh", Set.of()),
            Map.entry("tcsh", Set.of()),
            Map.entry("node", Set.of()),
            Map.entry("nodejs", Set.of()),
            Map.entry("deno", Set.of()),
            Map.entry("bun", Set.of()),
            Map.entry("php", Set.of()),
            Map.entry("lua", Set.of()),
            Map.entry("tcl", Set.of()),
            Map.entry("tclsh", Set.of()),
            Map.entry("wish", Set.of()),
            Map.entry("expect", Set.of()),
            Map.entry("java", Set.of()),
            Map.entry("jshell", Set.of()),
            Map.entry("pwsh", Set.of()));

    /** They take their program as an argument unless {@code -f} names a file; sed reads options at any place. */
    private static final Set<String> BY_FLAG = Set.of("awk", "gawk", "mawk", "nawk", "sed");

    private final String program;
    private final Path workspace;
    private final ExecutableStore files;

    ScriptCall(String program, Path workspace, ExecutableStore files) {
        this.program = program;
        this.workspace = workspace;
        this.files = files;
    }

    /** Whether programs of that kind are called in this way. */
    static boolean isFor(String kind) {
        return FLAGS.containsKey(kind) || BY_FLAG.contains(kind);
    }

    /**
     * Whether an interpreter of that kind, called by the first line of a script, runs that script and no other code.
     *
     * @param argument what stands behind the interpreter in that line; the kernel hands it over as one argument
     * @param given what follows the script
     */
    static boolean takes(String kind, @Nullable String argument, List<String> given) {
        if (BY_FLAG.contains(kind)) {
            return "-f".equals(argument) && given.stream().noneMatch(each -> each.startsWith("-"));
        }
        Set<String> flags = FLAGS.get(kind);
        return flags != null && (argument == null || flags.contains(argument));
    }

    /** The code that is run; refuses arguments of another form with {@link ExecutableDenied}. */
    ExecutableImage.Script verify(String kind, List<String> arguments) {
        if (BY_FLAG.contains(kind)) {
            boolean form = arguments.size() >= 2
                    && arguments.getFirst().equals("-f")
                    && arguments.stream().skip(1).noneMatch(argument -> argument.startsWith("-"));
            if (!form) {
                throw refused("begin with -f and a file of the workspace, and give no other option");
            }
            return script(kind, arguments.get(1));
        }
        Set<String> flags = FLAGS.getOrDefault(kind, Set.of());
        for (String argument : arguments) {
            if (!flags.contains(argument)) {
                return script(kind, argument);
            }
        }
        throw refused("name a file of the workspace that holds the code");
    }

    private ExecutableImage.Script script(String kind, String argument) {
        if (argument.startsWith("-") || argument.startsWith("@")) {
            throw refused(
                    "\"" + argument + "\" is not among the flags that it may be given; put the code into a file of"
                            + " the workspace and name that");
        }
        try {
            PathArgument path = PathArgument.of(argument);
            Path file = workspace.resolve(path.name()).toRealPath();
            if (path.place() == PathArgument.Place.INSIDE
                    && file.startsWith(workspace.toRealPath())
                    && Files.isRegularFile(file)) {
                ExecutableStore.Looked looked = files.lookAtWorkspaceFile(file);
                if (kind.equals("perl") && namesAnotherInterpreter(looked.head())) {
                    throw refused("\"" + argument + "\" begins with #! and another interpreter, which perl would start;"
                            + " leave that line out");
                }
                return new ExecutableImage.Script(argument, looked.digest());
            }
        } catch (IOException | InvalidPathException _) {
            // No such file, or none with a single name.
        }
        throw refused("\"" + argument + "\" is no file of the workspace; write the code to one and name that");
    }

    /** Perl starts what the first line names, unless that has the word "perl" or "indir" in it (perlrun). */
    private static boolean namesAnotherInterpreter(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n');
        String line = end < 0 ? text : text.substring(0, end);
        return line.startsWith("#!") && !line.contains("perl");
    }

    private ExecutableDenied refused(String what) {
        return new ExecutableDenied(
                "The interpreter \"" + program + "\" runs code from a file of the workspace only: " + what + ".");
    }
}
