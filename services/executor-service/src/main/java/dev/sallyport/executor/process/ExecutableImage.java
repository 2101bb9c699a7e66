package dev.sallyport.executor.process;

import dev.sallyport.statements.Digest;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program that may be run.
 *
 * @param name logical name, as policy knows it
 * @param path real path on this host; the tool is started under it
 * @param digest SHA-256 of the file
 * @param copy a copy of exactly those bytes that only the node can change; it is what runs
 * @param script the code that it is to run, null for a program that is its own code
 * @param interpreters where the file is a script: what the kernel starts in its place, one after the other
 */
public record ExecutableImage(
        String name,
        Path path,
        Digest digest,
        Path copy,
        @Nullable Script script,
        List<Interpreter> interpreters) {
    /**
     * Code in a file of the workspace, as it was when the call was looked at.
     *
     * @param argument what the call names it
     */
    public record Script(String argument, Digest digest) {}

    /**
     * A program that the first line of a script names.
     *
     * @param path real path on this host
     * @param digest SHA-256 of the file, as pinned
     */
    public record Interpreter(Path path, Digest digest) {}

    /** Copies the list. */
    public ExecutableImage {
        interpreters = List.copyOf(interpreters);
    }

    ExecutableImage with(@Nullable Script code, List<Interpreter> chain) {
        return new ExecutableImage(name, path, digest, copy, code, chain);
    }
}
