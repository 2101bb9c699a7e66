package dev.sallyport.bench.wasm;

import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where the suite says otherwise for a reason that has been looked at: a list in {@code known-differences.txt} with the
 * SHA-256 of a module, the exported function or {@code -} for the module itself, and the reason. What is not on it is a
 * mismatch.
 */
final class KnownDifferences {
    private final Map<String, String> reasons = new HashMap<>();

    private KnownDifferences() {}

    static KnownDifferences checkedIn() {
        try (InputStream in = KnownDifferences.class.getResourceAsStream("known-differences.txt")) {
            if (in == null) {
                throw new IllegalStateException("known-differences.txt is missing in the build");
            }
            return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a list; lines that begin with # say something to people. */
    static KnownDifferences of(String list) {
        KnownDifferences known = new KnownDifferences();
        list.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
            String[] parts = line.split(" ", 3);
            if (parts.length != 3 || known.reasons.put(parts[0] + " " + parts[1], parts[2]) != null) {
                throw new IllegalArgumentException("not understood, or there twice: " + line);
            }
        });
        return known;
    }

    /** Why a module, or its function of that name, comes out otherwise; empty if nobody has looked at it. */
    Optional<String> reason(byte[] module, String field) {
        String digest = Digest.of(module).hex();
        return Optional.ofNullable(reasons.get(digest + " " + (field.isEmpty() ? "-" : field)));
    }
}
