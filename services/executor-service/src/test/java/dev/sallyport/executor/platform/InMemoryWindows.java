package dev.sallyport.executor.platform;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A Windows without a disk: drives, names without case, access lists, streams, and no modes, owners by number, nor
 * anything of /proc. What would need Windows itself is answered from the same files.
 */
public final class InMemoryWindows implements AutoCloseable {
    private final FileSystem files = Jimfs.newFileSystem(Configuration.windows().toBuilder()
            .setAttributeViews("basic", "owner", "dos", "acl", "user")
            .build());
    private final Handles handles = new Handles();

    /** The platform on these files. */
    public Platform platform() {
        return new WindowsPlatform(handles);
    }

    /** A path on drive C. */
    public Path path(String text) {
        return files.getPath(text);
    }

    /** Every folder that was ever held, in that order. */
    List<Path> held() {
        return handles.held;
    }

    /** What is done once, as soon as that folder is held. */
    void whenHeld(Path folder, Runnable what) {
        handles.watched = folder;
        handles.then = what;
    }

    int heldNow() {
        return handles.now.size();
    }

    @Override
    public void close() throws IOException {
        files.close();
    }

    private final class Handles implements WindowsHandles {
        private final List<Path> held = new ArrayList<>();
        private final Set<Path> now = new HashSet<>();
        private Path watched = path("C:\\none");
        private Runnable then = () -> {};

        @Override
        public Pin pin(Path folder) throws IOException {
            BasicFileAttributes is = Files.readAttributes(folder, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!is.isDirectory()) {
                throw new NotDirectoryException(folder.toString());
            }
            held.add(folder);
            now.add(folder);
            if (folder.equals(watched)) {
                then.run();
            }
            return () -> now.remove(folder);
        }

        @Override
        public Identity identity(Path path) throws IOException {
            BasicFileAttributes is = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Object key = is.fileKey();
            try (Stream<Path> all = Files.walk(path.getRoot())) {
                long names = all.filter(each -> key.equals(key(each))).count();
                return new Identity(0, ((Number) key).longValue(), names, is.isSymbolicLink());
            }
        }

        private static Object key(Path path) {
            try {
                return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .fileKey();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Pin hold(Path file) {
            now.add(file);
            return () -> now.remove(file);
        }
    }
}
