package dev.sallyport.skilltest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of a skill in its folder. Sources and whatever else lies there do not go into the package. */
public final class SkillFiles {
    private static final List<String> NAMES = List.of("skill.toml", "module.wasm", "sbom.cdx.json", "provenance.json");

    private static final String SCHEMAS = "schemas";

    private static final int MOST_FILES = 256;

    /** Larger than any file of a package may be, in bytes. */
    private static final int LARGEST = 17 << 20;

    private SkillFiles() {}

    /**
     * Reads the files by their names in the package.
     *
     * @throws IOException if one cannot be read or is larger than any file of a package
     */
    public static Map<String, byte[]> read(Path folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        for (String name : NAMES) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                files.put(name, bytes(file));
            }
        }
        for (Path file : schemas(folder.resolve(SCHEMAS))) {
            files.put(SCHEMAS + "/" + file.getFileName(), bytes(file));
        }
        return files;
    }

    private static List<Path> schemas(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(file -> file.getFileName().toString().endsWith(".json"))
                    .limit(MOST_FILES)
                    .toList();
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IOException(file + " is larger than " + LARGEST + " bytes");
        }
        return Files.readAllBytes(file);
    }
}
