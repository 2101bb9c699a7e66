package dev.sallyport.executor.platform;

import java.io.IOException;
import java.nio.file.Path;

/** The operating system that this program runs on. */
public interface Platform {
    /** Who may do what with a file or folder of the node. */
    enum Access {
        /** A folder for its owner alone. */
        PRIVATE_FOLDER,
        /** A folder that its group, and nobody else, can pass through to a file whose name it knows, but not list. */
        GROUPS_FOLDER,
        /** A folder that others can pass through to a file whose name they know, but not list. */
        PASSABLE_FOLDER,
        /** A program that everybody can read and run and nobody can change. */
        PROGRAM
    }

    /** Systems that a node can run on. */
    enum Family {
        /** Linux. */
        LINUX,
        /** macOS. */
        MACOS,
        /** Windows. */
        WINDOWS
    }

    /** The operating system that this program runs on; {@link IllegalStateException} where a node cannot run. */
    static Platform current() {
        String system = System.getProperty("os.name");
        if (system.equals("Linux")) {
            return new PosixPlatform(Family.LINUX, new LinuxCalls());
        }
        if (system.equals("Mac OS X")) {
            return new PosixPlatform(Family.MACOS, new MacCalls());
        }
        if (system.startsWith("Windows")) {
            return new WindowsPlatform(WindowsHandles.system());
        }
        throw new IllegalStateException(
                "A node cannot run on " + system + ": run it on Linux, or on macOS or Windows.");
    }

    /** Which of the systems it is. */
    Family family();

    /** Number of the user that this program runs as, 0 for root; 1 where users have no numbers. */
    int user();

    /** Sets who may do what with a file or folder. */
    void permit(Path path, Access access) throws IOException;

    /** Makes a file or folder the tools' user's. */
    void give(Path path, ToolUser owner) throws IOException;

    /** Makes a file or folder that of the tools' group; its owner stays. */
    void giveGroup(Path path, ToolUser owner) throws IOException;

    /** Returns once the names in a folder are on the disk. */
    void force(Path folder) throws IOException;

    /** Opens a folder for work that follows no links. */
    OpenFolder open(Path folder) throws IOException;

    /** Removes a folder with all that is in it, whatever its permissions and however deep it is. */
    void remove(Path parent, EntryName folder) throws IOException;

    /** What the file that this path leads to takes, also one that has no name any more: its length or its room. */
    long weight(Path path) throws IOException;

    /** What the file system of that file or folder still has. */
    DiskRoom room(Path path) throws IOException;

    /** What the file system says of a file, for comparison: any change of its bytes by another user changes it. */
    Object mark(Path file) throws IOException;
}
