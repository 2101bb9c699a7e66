package dev.sallyport.executor.platform;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder that is held open. Its entries are reached through the handle and never through a link, so that whoever
 * moves the folder or swaps something on the way to it changes nothing. A name is a single step.
 */
public interface OpenFolder extends Closeable {
    /** The entries' names, without {@code .} and {@code ..}; at most {@code most} and one more. */
    List<Path> names(int most) throws IOException;

    /** What an entry is, a link itself included; null if there is none of that name. */
    @Nullable
    BasicFileAttributes attributes(Path name) throws IOException;

    /** Opens a folder in this one. */
    OpenFolder folder(Path name) throws IOException;

    /** Opens a file of this folder; one that is made is for its owner alone. */
    SeekableByteChannel file(Path name, Set<? extends OpenOption> options) throws NoSuchFileException, IOException;
}
