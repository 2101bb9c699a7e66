package dev.sallyport.executor.platform;

import java.io.Closeable;
import java.io.IOException;

/** A regular file that is held open and had a single name when it was opened. */
public interface OpenFile extends Closeable {
    /** Its length in bytes, now. */
    long size() throws IOException;

    /** Reads at most {@code most} bytes from there on; fewer only at the end of the file. */
    byte[] read(long offset, int most) throws IOException;

    /** Makes it empty. */
    void clear() throws IOException;

    /** Sets its permissions, as chmod(2) takes them. */
    void permit(int mode) throws IOException;

    /** Writes at its end. */
    void append(byte[] bytes) throws IOException;
}
