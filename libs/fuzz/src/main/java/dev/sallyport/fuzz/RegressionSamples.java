package dev.sallyport.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Inputs that once were findings, kept in {@code src/test/resources/fuzz/<target>/}, and where new ones are written. */
final class RegressionSamples {
    private static final Path FRESH = Path.of("target", "fuzz");

    private RegressionSamples() {}

    /** The kept inputs of a target by file name. */
    static SortedMap<String, byte[]> of(String target) {
        SortedMap<String, byte[]> samples = new TreeMap<>();
        URL folder = Thread.currentThread().getContextClassLoader().getResource("fuzz/" + target);
        if (folder == null || !folder.getProtocol().equals("file")) {
            return samples;
        }
        try (Stream<Path> files = Files.list(Path.of(new URI(folder.toString())))) {
            for (Path file : files.sorted().toList()) {
                samples.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
            return samples;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes an input that is a finding and answers where. */
    static Path keep(String target, byte[] input) {
        try {
            String name = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(input), 0, 6);
            Path file = FRESH.resolve(target).resolve(name).toAbsolutePath();
            Files.createDirectories(file.getParent());
            return Files.write(file, input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
