package dev.sallyport.executor.platform;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Linux, and every other system with POSIX permissions and folder handles. */
final class PosixPlatform implements Platform {
    @Override
    public int user() {
        return Math.toIntExact(new UnixSystem().getUid());
    }

    @Override
    public void permit(Path path, Access access) throws IOException {
        String permissions = switch (access) {
            case PRIVATE_FOLDER -> "rwx------";
            case PASSABLE_FOLDER -> "rwx--x--x";
            case PROGRAM -> "r-xr-xr-x";
        };
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    @Override
    public void give(Path path, ToolUser owner) throws IOException {
        Files.setAttribute(path, "unix:uid", owner.uid());
        Files.setAttribute(path, "unix:gid", owner.gid());
    }

    @Override
    public void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    @SuppressWarnings("StreamResourceLeak") // it is the open folder, which its user closes
    public OpenFolder open(Path folder) throws IOException {
        DirectoryStream<Path> opened = Files.newDirectoryStream(folder);
        if (opened instanceof SecureDirectoryStream<Path> handle) {
            return new PosixFolder(handle);
        }
        opened.close();
        throw new IOException("this platform has no directory handles");
    }
}
