package dev.sallyport.executor.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A folder by its descriptor: every step is an openat with O_NOFOLLOW. */
final class LinuxFolder implements OpenFolder {
    private final int descriptor;

    private LinuxFolder(int descriptor) {
        this.descriptor = descriptor;
    }

    static LinuxFolder of(Path folder) throws IOException {
        return new LinuxFolder(LinuxCalls.open(folder));
    }

    @Override
    public List<EntryName> names(int most) throws IOException {
        return LinuxCalls.names(descriptor, most);
    }

    @Override
    public @Nullable FolderEntry entry(EntryName name) throws IOException {
        try {
            return LinuxCalls.entry(descriptor, name);
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    @Override
    public OpenFolder folder(EntryName name) throws IOException {
        return new LinuxFolder(LinuxCalls.open(descriptor, name, LinuxCalls.TO_LIST));
    }

    @Override
    public OpenFile reader(EntryName name) throws IOException {
        return LinuxFile.open(descriptor, name, LinuxCalls.TO_READ);
    }

    @Override
    public OpenFile writer(EntryName name) throws IOException {
        return LinuxFile.open(descriptor, name, LinuxCalls.TO_APPEND);
    }

    @Override
    public OpenFile create(EntryName name, @Nullable ToolUser owner) throws IOException {
        LinuxFile file = LinuxFile.open(descriptor, name, LinuxCalls.TO_CREATE);
        if (owner != null) {
            try {
                file.give(owner);
            } catch (IOException e) {
                file.close();
                throw e;
            }
        }
        return file;
    }

    @Override
    public OpenFolder createFolder(EntryName name, @Nullable ToolUser owner) throws IOException {
        LinuxCalls.makeFolder(descriptor, name);
        int folder = LinuxCalls.open(descriptor, name, LinuxCalls.TO_LIST);
        try {
            if (owner != null) {
                LinuxCalls.give(folder, owner);
            }
            return new LinuxFolder(folder);
        } catch (IOException e) {
            LinuxCalls.close(folder);
            throw e;
        }
    }

    @Override
    public void permit(int mode) throws IOException {
        LinuxCalls.permit(descriptor, mode);
    }

    @Override
    public byte[] linkTarget(EntryName name) throws IOException {
        return LinuxCalls.linkTarget(descriptor, name);
    }

    @Override
    public void createLink(EntryName name, byte[] target, @Nullable ToolUser owner) throws IOException {
        LinuxCalls.makeLink(descriptor, name, target);
        if (owner != null) {
            LinuxCalls.giveLink(descriptor, name, owner);
        }
    }

    @Override
    public void removeAll(EntryName name) throws IOException {
        FolderEntry entry = entry(name);
        if (entry == null) {
            return;
        }
        if (entry.kind() == FolderEntry.Kind.FOLDER) {
            TreeRemoval.remove(this, name);
        } else {
            remove(name);
        }
    }

    @Override
    public void remove(EntryName name) throws IOException {
        LinuxCalls.remove(descriptor, name, false);
    }

    @Override
    public void removeFolder(EntryName name) throws IOException {
        LinuxCalls.remove(descriptor, name, true);
    }

    @Override
    public void move(EntryName name, OpenFolder target, EntryName as) throws IOException {
        LinuxCalls.move(descriptor, name, ((LinuxFolder) target).descriptor, as);
    }

    @Override
    public void unlock(EntryName name) throws IOException {
        int handle = LinuxCalls.open(descriptor, name, LinuxCalls.TO_NAME);
        try {
            // chmod(2) by name would follow a link; this name leads to what was opened and nowhere else.
            Files.setPosixFilePermissions(
                    Path.of("/proc/self/fd/" + handle), PosixFilePermissions.fromString("rwx------"));
        } finally {
            LinuxCalls.close(handle);
        }
    }

    @Override
    public void close() throws IOException {
        LinuxCalls.close(descriptor);
    }
}
