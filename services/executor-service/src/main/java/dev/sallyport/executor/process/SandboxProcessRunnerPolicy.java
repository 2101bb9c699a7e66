package dev.sallyport.executor.process;

import dev.sallyport.arguments.profile.ArgumentReading;
import dev.sallyport.arguments.profile.ExecutableProfiles;
import dev.sallyport.executor.sandbox.ToolFailure.ExecutableDenied;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.executor.sandbox.ToolFailure.SpawnFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides, before anything is prepared, whether this node starts a program with these arguments. */
public final class SandboxProcessRunnerPolicy {
    private static final Logger log = LoggerFactory.getLogger(SandboxProcessRunnerPolicy.class);

    /** Fits the kernel's bound for one argument (MAX_ARG_STRLEN, 128 KiB) and for all of them with room. */
    private static final int LONGEST_ARGUMENT = 100 << 10;

    private static final int LONGEST_COMMAND = 512 << 10;

    private static final Set<String> EVALUATION =
            Set.of("c", "e", "E", "p", "r", "m", "eval", "command", "print", "exec");

    private final ExecutableProfiles profiles = ExecutableProfiles.shipped();
    private final ExecutableStore executables;
    private final InterpreterDenylist interpreters;
    private final Set<String> allowedInterpreters;
    private final ScriptChain scripts;

    /**
     * @param allowedInterpreters logical names that may be run although they are interpreters
     */
    public SandboxProcessRunnerPolicy(
            ExecutableStore executables, InterpreterDenylist interpreters, Set<String> allowedInterpreters) {
        this.executables = executables;
        this.interpreters = interpreters;
        this.allowedInterpreters = Set.copyOf(allowedInterpreters);
        this.scripts = new ScriptChain(executables, interpreters, this.allowedInterpreters);
    }

    /** Names of the programs that are configured here. */
    public Set<String> names() {
        return executables.names();
    }

    /** Of the programs that are configured here, those that are interpreters or start others, whether allowed or not. */
    public Set<String> interpreters() {
        Set<String> found = new TreeSet<>();
        for (String name : executables.names()) {
            try {
                if (interpreters.recognise(executables.image(name)).isPresent()) {
                    found.add(name);
                }
            } catch (ExecutableDenied | IOException e) {
                log.warn("what kind of program {} is cannot be told: {}", name, e.getMessage());
            }
        }
        return found;
    }

    /**
     * The program to run.
     *
     * @param interpreter whether the permit lets the program be an interpreter, or one that starts others
     * @throws ExecutableDenied unknown, changed, or an interpreter that is not explicitly allowed
     * @throws InvalidInput arguments that no program can be given
     * @throws dev.sallyport.executor.sandbox.ToolFailure.WorkspaceScopeDenied an argument that leads out
     */
    public ExecutableImage check(String name, List<String> arguments, Path workspace, boolean interpreter) {
        int bytes = 0;
        for (String argument : arguments) {
            int length = argument.getBytes(StandardCharsets.UTF_8).length;
            bytes += length + 1;
            if (argument.indexOf('\0') >= 0 || length > LONGEST_ARGUMENT || bytes > LONGEST_COMMAND) {
                throw new InvalidInput("args: an argument contains NUL or is too long; pass large input as stdin.");
            }
        }
        ArgumentReading reading = profiles.read(name, arguments);
        if (reading.refused()) {
            throw new InvalidInput(
                    "args: " + reading.remark() + ": leave it out, and name the files among the arguments.");
        }
        ExecutableImage image = executables.image(name);
        try {
            Optional<String> kind = interpreters.recognise(image);
            if (kind.isPresent()) {
                ExecutableImage.Script script = script(name, kind.get(), arguments, workspace, interpreter);
                image = image.with(script, scripts.of(image, arguments));
            }
        } catch (IOException e) {
            throw new SpawnFailed("The image of \"" + name + "\" cannot be read: " + e.getMessage() + ".");
        }
        new WorkspaceScope(workspace).check(reading.paths());
        return image;
    }

    /** The code that an interpreter is to run, where it is one file; null for a program that starts others. */
    private ExecutableImage.@Nullable Script script(
            String name, String kind, List<String> arguments, Path workspace, boolean permitted) {
        if (!allowedInterpreters.contains(name)) {
            throw new ExecutableDenied("\"" + name + "\" is an interpreter or runs other programs (" + kind
                    + "): use a program that does the one thing, or allow it in sallyport.node.interpreters.");
        }
        if (!permitted) {
            throw new ExecutableDenied("\"" + name + "\" is an interpreter or runs other programs (" + kind
                    + "), and the workspace does not open it as one: use a program that does the one thing, or name it in"
                    + " process_runner.interpreters of the workspace's configuration.");
        }
        if (ScriptCall.isFor(kind)) {
            return new ScriptCall(name, workspace, executables).verify(kind, arguments);
        }
        for (String argument : arguments) {
            String flag = argument.replaceFirst("^--?", "").replaceFirst("=.*", "");
            boolean bundled =
                    argument.matches("-[A-Za-z]{2,}") && flag.chars().anyMatch(each -> "ceEpr".indexOf(each) >= 0);
            if (argument.startsWith("-") && (EVALUATION.contains(flag) || bundled)) {
                throw new ExecutableDenied("\"" + argument + "\" makes \"" + name
                        + "\" run code from its arguments: put the code into a file of the workspace.");
            }
        }
        return null;
    }
}
