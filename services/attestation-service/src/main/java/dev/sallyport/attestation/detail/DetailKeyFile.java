package dev.sallyport.attestation.detail;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.identity.protect.AesGcm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;

/** The file with the key that subjects' data keys are wrapped under: 32 random bytes, readable by its owner only. */
final class DetailKeyFile {
    private static final int LARGEST = 1024;

    private DetailKeyFile() {}

    /**
     * Reads the key. Makes one where there is no file yet and nothing is sealed.
     *
     * @throws DetailException.KeyFileUnusable when a key that is needed is missing, or the file is no key, or open to
     *     others
     */
    static byte[] readOrMake(Path file, boolean somethingIsSealed) {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            if (somethingIsSealed) {
                throw new DetailException.KeyFileUnusable(file
                        + " is missing, and the database holds details sealed under it: restore it from the backup");
            }
            make(file);
        }
        byte[] key = read(file);
        if (key.length != AesGcm.KEY_BYTES) {
            throw new DetailException.KeyFileUnusable(file + " does not hold a key of 32 bytes");
        }
        return key;
    }

    private static byte[] read(Path file) {
        try {
            return OwnerOnly.read(file, LARGEST);
        } catch (IdentityException e) {
            throw new DetailException.KeyFileUnusable(String.valueOf(e.getMessage()));
        }
    }

    /** Replicas that start at the same time get the same key. */
    private static void make(Path file) {
        byte[] key = AesGcm.randomKey();
        try {
            Files.createDirectories(file.getParent());
            OwnerOnly.writeOnce(file, key);
        } catch (IOException e) {
            throw new UncheckedIOException("the key file cannot be made: " + file, e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }
}
