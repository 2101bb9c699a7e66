package dev.sallyport.identity.protect;

import dev.sallyport.identity.IdentityException.FileFailed;
import dev.sallyport.identity.IdentityException.SealBroken;
import dev.sallyport.identity.OwnerOnly;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A private file sealed with AES-256-GCM under a fresh key, which a {@link KeyProtector} wraps.
 *
 * <p>Layout: {@code "SLYSEAL1"}, protector's name (1 byte length), wrapped key (2 bytes length), sealed content. The
 * context and everything in front of the content are authenticated; a file without this header is refused.
 */
public final class SealedFile {
    private static final byte[] MAGIC = "SLYSEAL1".getBytes(StandardCharsets.US_ASCII);
    private static final int LARGEST = 64 * 1024;

    private SealedFile() {}

    /**
     * Writes a new sealed file.
     *
     * @param context what the file is and whose; needed again to open it
     * @throws FileFailed when it cannot be written
     */
    public static void write(Path file, byte[] content, KeyProtector protector, String context) {
        try {
            OwnerOnly.write(file, sealed(content, protector, context));
        } catch (IOException e) {
            throw new FileFailed("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** The same in the place of an existing file, at once. */
    public static void replace(Path file, byte[] content, KeyProtector protector, String context) {
        try {
            OwnerOnly.replace(file, sealed(content, protector, context));
        } catch (IOException e) {
            throw new FileFailed("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static byte[] sealed(byte[] content, KeyProtector protector, String context) {
        byte[] key = AesGcm.randomKey();
        try {
            byte[] name = protector.id().getBytes(StandardCharsets.US_ASCII);
            byte[] wrapped = protector.wrap(key, bytes(context));
            byte[] header = ByteBuffer.allocate(MAGIC.length + 1 + name.length + 2 + wrapped.length)
                    .put(MAGIC)
                    .put((byte) name.length)
                    .put(name)
                    .putShort((short) wrapped.length)
                    .put(wrapped)
                    .array();
            byte[] sealed = AesGcm.seal(key, content, bound(header, context));
            return ByteBuffer.allocate(header.length + sealed.length)
                    .put(header)
                    .put(sealed)
                    .array();
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /**
     * Opens a sealed file. The caller zeroes the content after use.
     *
     * @throws SealBroken when it was sealed by another protector or for another purpose, or has been changed
     */
    public static byte[] read(Path file, KeyProtector protector, String context) {
        byte[] all = OwnerOnly.read(file, LARGEST);
        try {
            ByteBuffer in = ByteBuffer.wrap(all);
            byte[] magic = take(in, MAGIC.length);
            if (!Arrays.equals(magic, MAGIC)) {
                throw new SealBroken("it has no known header");
            }
            String name = new String(take(in, in.get() & 0xff), StandardCharsets.US_ASCII);
            if (!name.equals(protector.id())) {
                throw new SealBroken("it was sealed by the protector '" + name + "', not by '" + protector.id() + "'");
            }
            byte[] wrapped = take(in, in.getShort() & 0xffff);
            byte[] header = Arrays.copyOf(all, in.position());
            return open(protector, context, wrapped, header, take(in, in.remaining()));
        } catch (SealBroken e) {
            throw new SealBroken(file + " does not open: " + e.getMessage());
        } catch (BufferUnderflowException _) {
            throw new SealBroken(file + " does not open: it is cut short");
        }
    }

    private static byte[] open(KeyProtector protector, String context, byte[] wrapped, byte[] header, byte[] sealed) {
        byte[] key = protector.unwrap(wrapped, bytes(context));
        try {
            return AesGcm.open(key, sealed, bound(header, context));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] take(ByteBuffer in, int length) {
        if (length > in.remaining()) {
            throw new SealBroken("it is cut short");
        }
        byte[] taken = new byte[length];
        in.get(taken);
        return taken;
    }

    private static byte[] bound(byte[] header, String context) {
        byte[] purpose = bytes(context);
        return ByteBuffer.allocate(header.length + purpose.length)
                .put(header)
                .put(purpose)
                .array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
