package dev.sallyport.executor.claim;

import dev.sallyport.statements.Digest;
import java.util.regex.Pattern;

/**
 * A file that a call needs and that does not come with its claim. The node believes the digest and nothing else: it
 * verifies every byte that it fetched against it before it uses one.
 *
 * @param digest lower-case hex SHA-256 of the file
 * @param size the file's length in bytes
 * @param path where control has it, as the path of a URL
 */
public record Blob(String digest, long size, String path) {
    private static final long LARGEST = 64L << 20;
    private static final Pattern PATH = Pattern.compile("/internal/v1/[a-z0-9/._-]{1,200}");

    /** Refuses a malformed digest or path and a size outside 0 to 64 MiB with {@link IllegalArgumentException}. */
    public Blob {
        new Digest(digest);
        if (size < 0 || size > LARGEST || !PATH.matcher(path).matches() || path.contains("..")) {
            throw new IllegalArgumentException(
                    "a blob must have a size up to " + LARGEST + " bytes and a path of control");
        }
    }
}
