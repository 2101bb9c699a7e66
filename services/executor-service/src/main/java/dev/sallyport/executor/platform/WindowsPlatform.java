package dev.sallyport.executor.platform;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Windows. Access lists take the place of modes: what is the node's own is its user's alone. Programs in an app container
 * are let through by the sandbox, which adds their entries; nothing here takes these away.
 */
final class WindowsPlatform implements Platform {
    /** Packages' security identifiers, which no name belongs to. */
    private static final String APP_CONTAINERS = "S-1-15-2-";

    private static final String FLUSHED = ".flushed";

    private final WindowsHandles handles;

    WindowsPlatform(WindowsHandles handles) {
        this.handles = handles;
    }

    /** What says that a file is the same. */
    private record Mark(WindowsHandles.Identity identity, long size, FileTime modified, FileTime created) {}

    @Override
    public Family family() {
        return Family.WINDOWS;
    }

    /** Windows' users have no numbers. */
    @Override
    public int user() {
        return 1;
    }

    /** A folder is passed through by everybody who knows a name in it (SeChangeNotifyPrivilege), so all are its owner's. */
    @Override
    public void permit(Path path, Access access) throws IOException {
        AclFileAttributeView view =
                Files.getFileAttributeView(path, AclFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            throw new IOException(
                    path + " lies on a file system without access lists: move the node's folder to NTFS.");
        }
        List<AclEntry> entries = new ArrayList<>();
        entries.add(everything(view.getOwner(), Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)));
        for (AclEntry entry : view.getAcl()) {
            if (entry.principal().getName().startsWith(APP_CONTAINERS)) {
                entries.add(entry);
            }
        }
        view.setAcl(entries);
    }

    private static AclEntry everything(UserPrincipal owner, boolean folder) {
        Set<AclEntryFlag> flags = folder
                ? EnumSet.of(AclEntryFlag.FILE_INHERIT, AclEntryFlag.DIRECTORY_INHERIT)
                : EnumSet.noneOf(AclEntryFlag.class);
        return AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(owner)
                .setPermissions(EnumSet.allOf(AclEntryPermission.class))
                .setFlags(flags)
                .build();
    }

    @Override
    public void give(Path path, ToolUser owner) throws IOException {
        throw noOtherUser();
    }

    @Override
    public void giveGroup(Path path, ToolUser owner) throws IOException {
        throw noOtherUser();
    }

    static IOException noOtherUser() {
        return new IOException("Tools have no user of their own on Windows: leave sallyport.node.tool-user out.");
    }

    /**
     * No folder can be opened for this, so a file in it is: NTFS writes what it notes of names in the order in which they
     * came, and what is forced takes all before it along.
     */
    @Override
    public void force(Path folder) throws IOException {
        try (FileChannel channel =
                FileChannel.open(folder.resolve(FLUSHED), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), 0);
            channel.force(true);
        }
    }

    @Override
    public OpenFolder open(Path folder) throws IOException {
        return WindowsFolder.of(handles, folder);
    }

    @Override
    public void remove(Path parent, EntryName folder) throws IOException {
        try (OpenFolder open = open(parent)) {
            TreeRemoval.remove(open, folder);
        }
    }

    @Override
    public long weight(Path path) throws IOException {
        return Files.size(path);
    }

    @Override
    public DiskRoom room(Path path) throws IOException {
        FileStore store = Files.getFileStore(path);
        return new DiskRoom(store.getUsableSpace(), Long.MAX_VALUE);
    }

    @Override
    public Object mark(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return new Mark(
                handles.identity(file), attributes.size(), attributes.lastModifiedTime(), attributes.creationTime());
    }
}
