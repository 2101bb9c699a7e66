package dev.sallyport.executor.platform;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A folder by its descriptor: every step is an openat with O_NOFOLLOW. */
final class PosixFolder implements OpenFolder {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final SecureDirectoryStream<Path> handle;

    PosixFolder(SecureDirectoryStream<Path> handle) {
        this.handle = handle;
    }

    @Override
    public List<Path> names(int most) {
        List<Path> names = new ArrayList<>();
        for (Path each : handle) {
            names.add(each.getFileName());
            if (names.size() > most) {
                break;
            }
        }
        return names;
    }

    @Override
    public @Nullable BasicFileAttributes attributes(Path name) throws IOException {
        try {
            return handle.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    @Override
    public OpenFolder folder(Path name) throws IOException {
        return new PosixFolder(handle.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public SeekableByteChannel file(Path name, Set<? extends OpenOption> options) throws IOException {
        Set<OpenOption> all = new HashSet<>(options);
        all.add(LinkOption.NOFOLLOW_LINKS);
        return handle.newByteChannel(name, all, OWNER_ONLY);
    }

    @Override
    public void close() throws IOException {
        handle.close();
    }
}
