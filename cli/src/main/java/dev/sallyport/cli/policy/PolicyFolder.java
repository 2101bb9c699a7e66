package dev.sallyport.cli.policy;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.output.Json;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** A folder of policies as a set: what lies in its folders {@code hard}, {@code approval} and {@code tests}. */
final class PolicyFolder {
    static final String SETS = "/v1/policy-sets";
    static final String VALIDATE = SETS + ":validate";
    private static final List<String> FOLDERS = List.of("hard", "approval", "tests");
    private static final int MOST_FILES = 200;
    private static final long LARGEST_BYTES = 1 << 20;

    private PolicyFolder() {}

    /** Reads a folder; {@link CommandFailure.Usage} says what is wrong with it. Links are not followed. */
    static ObjectNode read(Path directory) {
        ObjectNode set = Json.mapper().createObjectNode();
        ObjectNode files = set.putObject("files");
        long bytes = 0;
        for (String folder : FOLDERS) {
            for (Path file : filesIn(directory.resolve(folder))) {
                try {
                    bytes += Files.size(file);
                    if (files.size() == MOST_FILES || bytes > LARGEST_BYTES) {
                        throw new CommandFailure.Usage(
                                directory + " holds more than " + MOST_FILES + " files or 1 MiB; split the set");
                    }
                    files.put(
                            directory.relativize(file).toString().replace('\\', '/'),
                            Files.readString(file, StandardCharsets.UTF_8));
                } catch (CharacterCodingException e) {
                    throw new CommandFailure.Usage(file + " is not UTF-8", e);
                } catch (IOException e) {
                    throw new CommandFailure.Usage("cannot read the file " + file, e);
                }
            }
        }
        if (files.isEmpty()) {
            throw new CommandFailure.Usage(
                    "there are no policies in " + directory + ": they lie in its folders hard, approval and tests");
        }
        return set;
    }

    private static List<Path> filesIn(Path folder) {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read the folder " + folder, e);
        }
    }
}
