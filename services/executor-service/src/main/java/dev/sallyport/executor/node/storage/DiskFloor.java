package dev.sallyport.executor.node.storage;

import dev.sallyport.executor.platform.DiskRoom;
import dev.sallyport.executor.platform.Platform;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** How much room the node's file system must have before it takes work. */
public final class DiskFloor {
    /** A call makes few files of its own; what is kept free is for the node's. */
    private static final int FEWEST_FILES = 1000;

    private final Platform platform;
    private final Path state;
    private final DataSize floor;

    /** That of the file system of the node's folder. */
    public DiskFloor(Platform platform, Path state, DataSize floor) {
        this.platform = platform;
        this.state = state;
        this.floor = floor;
    }

    /** Why there is too little room now, and what to do, in sentences; null if there is enough. */
    public @Nullable String shortage() {
        DiskRoom room;
        try {
            room = platform.room(state);
        } catch (IOException e) {
            return "The file system of sallyport.state.dir cannot be asked for its room: " + e + ".";
        }
        if (room.bytes() < floor.toBytes()) {
            return "The file system of sallyport.state.dir has " + room.bytes() + " bytes left, fewer than the "
                    + floor.toBytes() + " of sallyport.node.storage.floor: make room, and the node goes on by itself.";
        }
        if (room.files() < FEWEST_FILES) {
            return "The file system of sallyport.state.dir can take " + room.files()
                    + " more files only: remove some, and the node goes on by itself.";
        }
        return null;
    }
}
