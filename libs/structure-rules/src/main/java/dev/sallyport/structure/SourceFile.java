package dev.sallyport.structure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A Java source file. */
record SourceFile(Path path, String text) {
    static List<SourceFile> below(Path folder) {
        return files(folder)
                .filter(path -> path.toString().endsWith(".java") && !path.endsWith("package-info.java"))
                .map(path -> new SourceFile(path, read(path)))
                .toList();
    }

    /** Every file below the folder except what a build or an editor made. */
    static Stream<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList().stream()
                    .flatMap(path ->
                            Files.isDirectory(path) ? made(path) ? Stream.empty() : files(path) : Stream.of(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean made(Path folder) {
        String name = folder.getFileName().toString();
        return name.equals("target") || name.startsWith(".");
    }

    String simpleName() {
        return path.getFileName().toString().replace(".java", "");
    }

    /** The package, from the folders below {@code java}. */
    String packageName() {
        String folder = path.resolveSibling("").toString().replace('\\', '/');
        return folder.substring(folder.lastIndexOf("/java/") + "/java/".length())
                .replace('/', '.');
    }

    boolean isTest() {
        return path.toString().replace('\\', '/').contains("/src/test/");
    }
}
