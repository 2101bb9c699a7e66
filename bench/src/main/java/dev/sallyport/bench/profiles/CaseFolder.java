package dev.sallyport.bench.profiles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A folder of cases: files of JSON lines, at any depth. */
final class CaseFolder {
    private static final List<String> ENDINGS = List.of(".jsonl", ".ndjson", ".json");

    private CaseFolder() {}

    /**
     * All cases, by the names of their files.
     *
     * @throws IllegalArgumentException a case cannot be read, or there is none
     */
    static List<ProfileCase> read(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(folder + " is no folder");
        }
        List<ProfileCase> cases = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(CaseFolder::holdsCases).sorted().toList()) {
                int line = 0;
                for (String text : Files.readAllLines(file)) {
                    line++;
                    if (!text.isBlank()) {
                        cases.add(ProfileCase.parse(folder.relativize(file) + ":" + line, text));
                    }
                }
            }
        }
        if (cases.isEmpty()) {
            throw new IllegalArgumentException(
                    folder + " holds no cases: they are lines of files that end in " + String.join(", ", ENDINGS));
        }
        return cases;
    }

    private static boolean holdsCases(Path file) {
        return Files.isRegularFile(file)
                && ENDINGS.stream().anyMatch(file.getFileName().toString()::endsWith);
    }
}
