package dev.sallyport.e2e.observability;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Fleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What the fleet's own processes have logged. */
final class LogLines {
    private final List<JsonNode> lines = new ArrayList<>();
    private final StringBuilder all = new StringBuilder();

    /** Reads the logs of services and node; every line must be a JSON object, but for what the JVM itself prints. */
    LogLines(Fleet fleet) {
        try (Stream<Path> files = Files.list(fleet.home().resolve("logs"))) {
            for (Path file : files.filter(LogLines::isOfOurs).toList()) {
                String text = Fleet.read(file);
                all.append(text);
                for (String line : text.split("\n", -1)) {
                    if (line.startsWith("{")) {
                        read(file, line);
                    } else if (!line.isEmpty()
                            && !line.startsWith("OpenJDK 64-Bit")
                            && !line.matches("\\[[0-9.]+s].*")) {
                        throw new AssertionError(file + " has a line that is no JSON: " + line);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOfOurs(Path file) {
        String name = file.getFileName().toString();
        return !name.contains("training") && (name.endsWith("-service.log") || name.startsWith("node"));
    }

    private void read(Path file, String line) {
        try {
            lines.add(Api.JSON.readTree(line));
        } catch (JacksonException e) {
            throw new AssertionError(file + " has a line that is no JSON: " + line, e);
        }
    }

    List<JsonNode> lines() {
        return lines;
    }

    /** Everything as it lies in the files. */
    String text() {
        return all.toString();
    }
}
