package dev.sallyport.executor.process;

import dev.sallyport.executor.process.ExecutableImage.Interpreter;
import dev.sallyport.executor.sandbox.ToolFailure.ExecutableDenied;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The interpreters that a kernel starts in place of a script, one for each first line that begins with {@code #!}, as Linux
 * reads it ({@code fs/binfmt_script.c}). Each is a program of this node, so that it is pinned and its operator has opened
 * it, and is given one file of code: the script that names it. What a kernel would read otherwise, or no further, is
 * refused.
 */
final class ScriptChain {
    /** As many bytes of a file does the kernel look at ({@code BINPRM_BUF_SIZE}). */
    private static final int LOOKED_AT = 256;

    /** As many interpreters one after the other does every kernel start ({@code exec_binprm}). */
    private static final int LONGEST = 4;

    private final ExecutableStore executables;
    private final InterpreterDenylist denylist;
    private final Set<String> allowed;

    ScriptChain(ExecutableStore executables, InterpreterDenylist denylist, Set<String> allowed) {
        this.executables = executables;
        this.denylist = denylist;
        this.allowed = allowed;
    }

    /** What a first line says: the interpreter, and the one argument that it gets before the script. */
    private record Line(String interpreter, @Nullable String argument) {}

    /**
     * The interpreters of a program in the order in which the kernel finds them; none for one that is no script.
     *
     * @param arguments of the call
     * @throws ExecutableDenied a chain that the node does not let run
     */
    List<Interpreter> of(ExecutableImage program, List<String> arguments) throws IOException {
        List<Interpreter> chain = new ArrayList<>();
        List<String> given = arguments;
        ExecutableImage script = program;
        while (true) {
            byte[] head = head(script.copy());
            if (!isScript(head)) {
                return List.copyOf(chain);
            }
            if (chain.size() == LONGEST) {
                throw refused(program, "needs more than " + LONGEST + " interpreters one after the other");
            }
            Line line = line(script, head);
            ExecutableImage interpreter = interpreter(script, line.interpreter());
            verify(script, interpreter, line.argument(), given);
            chain.add(new Interpreter(interpreter.path(), interpreter.digest()));
            given = given(line.argument(), script.path(), given);
            script = interpreter;
        }
    }

    static boolean isScript(byte[] head) {
        return head.length >= 2 && head[0] == '#' && head[1] == '!';
    }

    private static byte[] head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(LOOKED_AT);
        }
    }

    private static Line line(ExecutableImage script, byte[] head) {
        String text = new String(head, StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        if (end < 0) {
            throw refused(script, "has a first line that is longer than a kernel reads");
        }
        String line = text.substring(2, end);
        if (line.chars().anyMatch(each -> each < ' ' && each != '\t') || line.indexOf('\uFFFD') >= 0) {
            throw refused(script, "has a first line with bytes that are no text");
        }
        String[] parts = stripped(line).split("[ \t]+", 2);
        if (!parts[0].startsWith("/")) {
            throw refused(script, "does not name its interpreter by an absolute path");
        }
        return new Line(parts[0], parts.length == 1 ? null : parts[1]);
    }

    /** Without the spaces and tabs around it; no other character is one to the kernel. */
    private static String stripped(String line) {
        return line.replaceFirst("^[ \t]+", "").replaceFirst("[ \t]+$", "");
    }

    private ExecutableImage interpreter(ExecutableImage script, String path) {
        List<String> names;
        try {
            names = executables.namesOf(
                    script.path().getFileSystem().getPath(path).toRealPath());
        } catch (IOException | InvalidPathException _) {
            throw refused(script, "names the interpreter " + path + ", which is not there");
        }
        Optional<String> name = names.stream().filter(allowed::contains).findFirst();
        if (names.isEmpty()) {
            throw refused(
                    script,
                    "names the interpreter " + path + ", which is no program of this node: add it to"
                            + " sallyport.node.executables");
        }
        return executables.image(name.orElse(names.getFirst()));
    }

    /** The interpreter runs the script and no other code. */
    private void verify(
            ExecutableImage script, ExecutableImage interpreter, @Nullable String argument, List<String> given)
            throws IOException {
        Optional<String> kind = denylist.recognise(interpreter);
        if (kind.isEmpty()) {
            return;
        }
        String named = "names the interpreter \"" + interpreter.name() + "\" (" + kind.get() + ")";
        if (!allowed.contains(interpreter.name())) {
            throw refused(script, named + ", which is not allowed: name it in sallyport.node.interpreters");
        }
        if (!isScript(head(interpreter.copy())) && !ScriptCall.takes(kind.get(), argument, given)) {
            throw refused(
                    script,
                    named + ", which would run other code than this one file: name an interpreter that runs it by its"
                            + " path, with a flag that only changes how it is run");
        }
    }

    private static List<String> given(@Nullable String argument, Path script, List<String> before) {
        List<String> given = new ArrayList<>();
        if (argument != null) {
            given.add(argument);
        }
        given.add(script.toString());
        given.addAll(before);
        return given;
    }

    private static ExecutableDenied refused(ExecutableImage script, String what) {
        return new ExecutableDenied("The script \"" + script.name() + "\" " + what + ".");
    }
}
