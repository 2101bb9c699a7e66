package dev.sallyport.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Where the built parts of the repository under test lie. */
public final class Repository {
    private static final Path ROOT = find();

    private Repository() {}

    public static Path root() {
        return ROOT;
    }

    /** The runnable jar of a module such as {@code local}; fails with the command that builds it. */
    public static Path jar(String module) {
        Path target = ROOT.resolve(module).resolve("target");
        try (Stream<Path> files = Files.isDirectory(target) ? Files.list(target) : Stream.<Path>empty()) {
            List<Path> jars = files.filter(file -> file.getFileName().toString().endsWith(".jar"))
                    .filter(file -> !file.getFileName().toString().contains("-sources"))
                    .toList();
            if (jars.size() == 1) {
                return jars.getFirst();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("No jar of " + module + ": build it with ./mvnw -DskipTests package");
    }

    public static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    private static Path find() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("mvnw"))) {
            folder = Objects.requireNonNull(folder.getParent(), "run below the repository's root");
        }
        return folder;
    }
}
