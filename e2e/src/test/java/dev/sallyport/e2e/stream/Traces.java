package dev.sallyport.e2e.stream;

import dev.sallyport.e2e.harness.Fleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What calls have left in the workspaces of all nodes: lines that no record of Sallyport knows of. */
public final class Traces {
    private final Map<String, Integer> lines = new HashMap<>();

    private Traces() {}

    /** Looks into all workspaces now. */
    public static Traces of(Fleet fleet) {
        Traces traces = new Traces();
        for (Path part : children(fleet.home())) {
            for (Path workspace : children(part.resolve("state/workspaces"))) {
                for (Path file : children(workspace)) {
                    if (Files.isRegularFile(file)) {
                        traces.lines.merge(
                                file.getFileName().toString(),
                                (int) Fleet.read(file).lines().count(),
                                Integer::sum);
                    }
                }
            }
        }
        return traces;
    }

    /** How many lines lie in files of that name, in all workspaces together. */
    public int lines(String file) {
        return lines.getOrDefault(file, 0);
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        } catch (NoSuchFileException | NotDirectoryException _) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
