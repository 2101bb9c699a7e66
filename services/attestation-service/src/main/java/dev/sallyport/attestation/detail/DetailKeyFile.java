package dev.sallyport.attestation.detail;

import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.identity.protect.AesGcm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** The file with the key that subjects' data keys are wrapped under: 32 random bytes, readable by its owner only. */
final class DetailKeyFile {
    private DetailKeyFile() {}

    /**
     * Reads the key. Makes one where there is no file yet and nothing is sealed.
     *
     * @throws DetailException.KeyFileUnusable when a key that is needed is missing, or the file is no key
     */
    static byte[] readOrMake(Path file, boolean somethingIsSealed) {
        try {
            byte[] key = Files.readAllBytes(file);
            if (key.length != AesGcm.KEY_BYTES) {
                throw new DetailException.KeyFileUnusable(file + " does not hold a key of 32 bytes");
            }
            return key;
        } catch (NoSuchFileException _) {
            if (somethingIsSealed) {
                throw new DetailException.KeyFileUnusable(file
                        + " is missing, and the database holds details sealed under it: restore it from the backup");
            }
            make(file);
            return readOrMake(file, true);
        } catch (IOException e) {
            throw new UncheckedIOException("the key file cannot be read: " + file, e);
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
