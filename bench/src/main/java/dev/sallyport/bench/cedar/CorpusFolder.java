package dev.sallyport.bench.cedar;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of a corpus. Nothing outside of it is read, whatever a case or a symbolic link says, and no file that is
 * larger than is sensible.
 */
final class CorpusFolder {
    private static final int MOST_BYTES = 16 << 20;

    /** Deeper JSON than about 127 levels makes Cedar's native side panic. */
    private static final int DEEPEST = 100;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path root;

    /**
     * This folder.
     *
     * @throws IllegalArgumentException when it is none
     */
    CorpusFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(folder + " is no folder");
        }
        this.root = folder.toRealPath();
    }

    /** The JSON files at any depth, by their names relative to the folder, sorted. */
    List<String> jsonFiles() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(file -> file.getFileName().toString().endsWith(".json") && Files.isRegularFile(file))
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .forEach(names::add);
        }
        return names;
    }

    /**
     * A file's text.
     *
     * @param name relative to the folder
     * @throws IllegalArgumentException naming the file, when it is missing, outside of the folder, too large or no text
     */
    String text(String name) throws IOException {
        Path file = inside(name);
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        }
        if (bytes.length > MOST_BYTES) {
            throw new IllegalArgumentException(name + ": larger than " + MOST_BYTES + " bytes");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(name + ": this is no text in UTF-8", e);
        }
    }

    /**
     * A file's JSON.
     *
     * @throws IllegalArgumentException as for {@link #text}, and when it is no JSON or nested too deep
     */
    JsonNode json(String name) throws IOException {
        try {
            JsonNode read = JSON.readTree(text(name));
            if (read.isMissingNode()) {
                throw new IllegalArgumentException(name + ": the file is empty");
            }
            return read;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(name + ": this is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private Path inside(String name) throws IOException {
        Path file;
        try {
            file = root.resolve(name).normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("a case names a file by what is no path", e);
        }
        if (!file.startsWith(root)) {
            throw new IllegalArgumentException(name + ": lies outside of the folder");
        }
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(name + ": there is no such file");
        }
        Path real = file.toRealPath();
        if (!real.startsWith(root)) {
            throw new IllegalArgumentException(name + ": leads out of the folder");
        }
        return real;
    }
}
