package dev.sallyport.cli.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Bash in a folder, in which {@code sallyport} only notes how it was called: quotes, pipes and files are the shell's. */
public final class Shell {
    /** What these options name is made by the command: it goes into the folder. */
    private static final Set<String> NEW_FILES = Set.of("--save", "--file");

    private static final String CALLED = """
            pass() { printf 's3cret\\n'; }
            sallyport() { printf '%s\\0' "$@" > .arguments; cat > .input; printf '%s' "${EDITOR:-}" > .editor; }
            """;

    private final Path folder;

    /** A shell in that folder. */
    public Shell(Path folder) {
        this.folder = folder;
    }

    /**
     * How {@code sallyport} was called. Files of the folder are named by their whole paths.
     *
     * @param editor what {@code $EDITOR} said
     */
    public record Call(List<String> arguments, String input, String editor) {}

    /** Runs the line with this standard input. */
    public Call run(String line, String input, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path stdin = Files.writeString(folder.resolve(".stdin"), input);
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", CALLED + line)
                .directory(folder.toFile())
                .redirectInput(stdin.toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(line + " is not for a shell: " + output);
        }
        return new Call(
                whole(Arrays.asList(
                        Files.readString(folder.resolve(".arguments")).split("\0"))),
                Files.readString(folder.resolve(".input")),
                Files.readString(folder.resolve(".editor")));
    }

    private List<String> whole(List<String> arguments) {
        List<String> whole = new ArrayList<>();
        for (String argument : arguments) {
            boolean isNew = !whole.isEmpty() && NEW_FILES.contains(whole.getLast());
            if (Files.exists(folder.resolve(argument))) {
                whole.add(folder.resolve(argument).toString());
            } else if (isNew) {
                whole.add(folder.resolve(Path.of(argument).getFileName()).toString());
            } else {
                whole.add(argument);
            }
        }
        return whole;
    }
}
