package dev.sallyport.executor.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Room on the disk that only the node can use: a file that is given up when its journal or a result finds no room. So a
 * tool that fills the disk while it runs cannot keep its own result, or another's, from being kept.
 */
public final class DiskReserve {
    private static final Logger log = LoggerFactory.getLogger(DiskReserve.class);

    private static final int BYTES = 16 << 20;

    private final Path file;
    private final DiskFloor floor;

    /** In that file of the node's own. */
    public DiskReserve(Path file, DiskFloor floor) {
        this.file = file;
        this.floor = floor;
    }

    /** Something that needs a little room. */
    public interface Writing<T> {
        /** Writes. Called a second time only if the first one failed. */
        T write() throws IOException;
    }

    /** Writes, and if that fails while there is a reserve, again without it. */
    public <T> T use(Writing<T> writing) throws IOException {
        try {
            return writing.write();
        } catch (IOException e) {
            if (!givenUp()) {
                throw e;
            }
            log.warn("the disk is full; the node's reserve is used: {}", e.toString());
            return writing.write();
        }
    }

    private synchronized boolean givenUp() throws IOException {
        return Files.deleteIfExists(file);
    }

    /** Sets the room aside, unless it is there already or there is too little. */
    public synchronized void refill() throws IOException {
        boolean there = Files.exists(file) && Files.size(file) == BYTES;
        if (there || floor.shortage() != null) {
            return;
        }
        // Bytes that no file system stores in less room than they are.
        byte[] bytes = new byte[BYTES];
        new Random().nextBytes(bytes);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }
}
