package dev.sallyport.identity.protect;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.IdentityException.FileFailed;
import dev.sallyport.identity.IdentityException.Malformed;
import dev.sallyport.identity.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A root key in a file of 32 random bytes that only its owner may read. It protects against somebody who gets the
 * sealed files without this one (a backup, a database dump). It does not protect against the user who runs the service.
 */
public final class FileKeyProtector extends RootKeyProtector {
    private final Path file;

    private FileKeyProtector(Path file) {
        this.file = file;
    }

    /**
     * The protector of an existing key file, which is checked now and at every use.
     *
     * @throws IdentityException when the file is missing, open to others, or not 32 bytes
     */
    public static FileKeyProtector open(Path file) {
        FileKeyProtector protector = new FileKeyProtector(file);
        Arrays.fill(protector.rootKey(), (byte) 0);
        return protector;
    }

    /**
     * Makes the key file, which must not exist.
     *
     * @throws FileFailed when it cannot be written
     */
    public static FileKeyProtector create(Path file) {
        byte[] key = AesGcm.randomKey();
        try {
            OwnerOnly.write(file, key);
            return open(file);
        } catch (IOException e) {
            throw new FileFailed("cannot write " + file + ": " + e.getMessage(), e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** {@link #open} if the file is there, else makes it. Replicas that start at the same time get the same key. */
    public static FileKeyProtector openOrCreate(Path file) {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] key = AesGcm.randomKey();
            try {
                OwnerOnly.writeOnce(file, key);
            } catch (IOException e) {
                throw new FileFailed("cannot write " + file + ": " + e.getMessage(), e);
            } finally {
                Arrays.fill(key, (byte) 0);
            }
        }
        return open(file);
    }

    @Override
    public String id() {
        return "file";
    }

    /** Reads the file anew and writes nothing: whoever uses the key need not be able to write where it lies. */
    @Override
    public Availability probe() {
        byte[] sample = AesGcm.randomKey();
        byte[] context = {1};
        try {
            byte[] back = unwrap(wrap(sample, context), context);
            return MessageDigest.isEqual(sample, back)
                    ? new Availability.Available()
                    : new Availability.Absent("the key file " + file + " changed while it was read");
        } catch (IdentityException e) {
            return new Availability.Absent("the key file " + file + " cannot be used: " + e.getMessage());
        }
    }

    @Override
    protected byte[] rootKey() {
        byte[] key = OwnerOnly.read(file, 1024);
        if (key.length != AesGcm.KEY_BYTES) {
            Arrays.fill(key, (byte) 0);
            throw new Malformed(file + " is not a key file: it must hold exactly " + AesGcm.KEY_BYTES + " bytes");
        }
        return key;
    }
}
