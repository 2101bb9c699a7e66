package dev.sallyport.identity.protect;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.IdentityException.FileFailed;
import dev.sallyport.identity.IdentityException.Malformed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A root key that whoever runs the service gives to it and that the service itself cannot write: a mounted secret, or a
 * variable of its environment. It is 32 bytes, or their base64.
 *
 * <p>Nothing is written by a probe, since nothing here can be. An environment is read by every process of the same user
 * and ends up in crash reports: a mounted secret is the better of the two.
 */
final class GivenKeyProtector extends RootKeyProtector {
    private static final int LONGEST = 256;

    private final String id;
    private final Source source;

    private GivenKeyProtector(String id, Source source) {
        this.id = id;
        this.source = source;
    }

    private interface Source {
        byte[] read();
    }

    /**
     * The key in a file that was mounted, such as a Kubernetes or Docker secret. Links are followed: that is how such a
     * file is replaced. Whether others may read it is the mounter's business, except that all may not.
     */
    public static GivenKeyProtector mounted(Path file) {
        return new GivenKeyProtector("mounted", () -> read(file));
    }

    /** The key in a variable of this process's environment, in base64. */
    public static GivenKeyProtector environment(String variable, Map<String, String> environment) {
        return new GivenKeyProtector("environment", () -> {
            @Nullable String value = environment.get(variable);
            if (value == null || value.isBlank()) {
                throw new Malformed("the variable " + variable + " is not set");
            }
            return value.getBytes(StandardCharsets.US_ASCII);
        });
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Availability probe() {
        byte[] sample = AesGcm.randomKey();
        byte[] context = {1};
        try {
            return MessageDigest.isEqual(sample, unwrap(wrap(sample, context), context))
                    ? new Availability.Available()
                    : new Availability.Absent("the key is not the same twice");
        } catch (IdentityException e) {
            return new Availability.Absent(String.valueOf(e.getMessage()));
        }
    }

    @Override
    protected byte[] rootKey() {
        byte[] given = source.read();
        if (given.length == AesGcm.KEY_BYTES) {
            return given;
        }
        try {
            byte[] key = Base64.getDecoder().decode(stripped(given));
            if (key.length == AesGcm.KEY_BYTES) {
                return key;
            }
            Arrays.fill(key, (byte) 0);
        } catch (IllegalArgumentException _) {
            // The message below says what a key is.
        } finally {
            Arrays.fill(given, (byte) 0);
        }
        throw new Malformed("a key that is given must be " + AesGcm.KEY_BYTES
                + " bytes, or their base64. Make one with:" + " openssl rand -base64 32");
    }

    private static byte[] stripped(byte[] text) {
        int end = text.length;
        while (end > 0 && (text[end - 1] == '\n' || text[end - 1] == '\r')) {
            end--;
        }
        return Arrays.copyOf(text, end);
    }

    private static byte[] read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            if (Files.getFileStore(file).supportsFileAttributeView("posix")
                    && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                throw new IdentityException.UnsafeFile(
                        file + " can be read by every user. Mount it with mode 0400 or 0440");
            }
            byte[] content = in.readNBytes(LONGEST + 1);
            if (content.length > LONGEST) {
                throw new Malformed(file + " is longer than any key");
            }
            return content;
        } catch (IOException e) {
            throw new FileFailed("cannot read the mounted key " + file + ": " + e.getMessage(), e);
        }
    }
}
