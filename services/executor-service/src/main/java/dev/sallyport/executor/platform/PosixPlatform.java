package dev.sallyport.executor.platform;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** A POSIX system: Linux or macOS. */
final class PosixPlatform implements Platform {
    private final Family family;
    private final PosixCalls calls;

    PosixPlatform(Family family, PosixCalls calls) {
        this.family = family;
        this.calls = calls;
    }

    @Override
    public Family family() {
        return family;
    }

    @Override
    public int user() {
        return Math.toIntExact(new UnixSystem().getUid());
    }

    @Override
    public void permit(Path path, Access access) throws IOException {
        String permissions = switch (access) {
            case PRIVATE_FOLDER -> "rwx------";
            case GROUPS_FOLDER -> "rwx--x---";
            case PASSABLE_FOLDER -> "rwx--x--x";
            case PROGRAM -> "r-xr-xr-x";
        };
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    @Override
    public void give(Path path, ToolUser owner) throws IOException {
        giveGroup(path, owner);
        Files.setAttribute(path, "unix:uid", owner.uid());
    }

    @Override
    public void giveGroup(Path path, ToolUser owner) throws IOException {
        Files.setAttribute(path, "unix:gid", owner.gid());
    }

    @Override
    public void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public OpenFolder open(Path folder) throws IOException {
        return PosixFolder.of(calls, folder);
    }

    @Override
    public void remove(Path parent, EntryName folder) throws IOException {
        try (OpenFolder open = open(parent)) {
            TreeRemoval.remove(open, folder);
        }
    }

    @Override
    public long weight(Path path) throws IOException {
        return calls.entry(path).weight();
    }

    @Override
    public DiskRoom room(Path path) throws IOException {
        return calls.room(path);
    }

    /** Of these only root can set the change time back. */
    @Override
    public Object mark(Path file) throws IOException {
        return Map.copyOf(Files.readAttributes(file, "unix:dev,ino,size,ctime,mode", LinkOption.NOFOLLOW_LINKS));
    }
}
