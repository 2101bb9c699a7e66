package dev.sallyport.executor.platform;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The name of something in a folder, as the bytes that the file system keeps. A program may choose bytes that are no
 * text, and what is counted or removed must not slip through for that.
 */
public final class EntryName {
    private final byte[] bytes;

    /** Takes the bytes as a folder listed them. */
    EntryName(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A single step of a path, in UTF-8.
     *
     * @throws IllegalArgumentException if it is empty, {@code .} or {@code ..}, or contains a slash or NUL
     */
    public static EntryName of(String name) {
        if (name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.indexOf('/') >= 0
                || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("not the name of a file: \"" + name + "\"");
        }
        return new EntryName(name.getBytes(StandardCharsets.UTF_8));
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntryName that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The name as text; what is no UTF-8 in it is replaced. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
