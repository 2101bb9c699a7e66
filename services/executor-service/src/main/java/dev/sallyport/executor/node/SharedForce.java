package dev.sallyport.executor.node;

import dev.sallyport.executor.platform.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Brings the names in one folder to the disk, for several threads at once: while one waits for the disk, the names of
 * those that come meanwhile gather, and the next one brings all of them.
 */
final class SharedForce {
    private final Platform platform;
    private final Path folder;
    private final ReentrantLock disk = new ReentrantLock();
    private final AtomicLong asked = new AtomicLong();
    /** Every name made before so many had asked is on the disk. Guarded by {@link #disk}. */
    private long done;

    SharedForce(Platform platform, Path folder) {
        this.platform = platform;
        this.folder = folder;
    }

    /** Returns once every name that the caller has made in the folder is on the disk. */
    void force() throws IOException {
        long mine = asked.incrementAndGet();
        disk.lock();
        try {
            if (done < mine) {
                long covered = asked.get();
                platform.force(folder);
                done = covered;
            }
        } finally {
            disk.unlock();
        }
    }

    /** How often it has been called. */
    long asked() {
        return asked.get();
    }
}
