package dev.sallyport.identity.protect;

import java.util.Arrays;

/** A protector that gets a root key of 32 bytes from where it lies, uses it at once, and forgets it again. */
abstract class RootKeyProtector implements KeyProtector {
    /** The root key; it is zeroed after each use. */
    protected abstract byte[] rootKey();

    @Override
    public final byte[] wrap(byte[] key, byte[] context) {
        byte[] root = rootKey();
        try {
            return AesGcm.seal(root, key, context);
        } finally {
            Arrays.fill(root, (byte) 0);
        }
    }

    @Override
    public final byte[] unwrap(byte[] wrapped, byte[] context) {
        byte[] root = rootKey();
        try {
            return AesGcm.open(root, wrapped, context);
        } finally {
            Arrays.fill(root, (byte) 0);
        }
    }
}
