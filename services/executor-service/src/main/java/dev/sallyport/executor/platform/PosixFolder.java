package dev.sallyport.executor.platform;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A folder by its descriptor: every step is an openat with O_NOFOLLOW. */
final class PosixFolder implements OpenFolder {
    private final PosixCalls calls;
    private final int descriptor;

    private PosixFolder(PosixCalls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    static PosixFolder of(PosixCalls calls, Path folder) throws IOException {
        return new PosixFolder(calls, calls.open(folder));
    }

    @Override
    public List<EntryName> names(int most) throws IOException {
        return calls.names(descriptor, most);
    }

    @Override
    public @Nullable FolderEntry entry(EntryName name) throws IOException {
        try {
            return calls.entry(descriptor, name);
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    @Override
    public OpenFolder folder(EntryName name) throws IOException {
        return new PosixFolder(
                calls, calls.open(descriptor, name, calls.numbers().toList()));
    }

    @Override
    public OpenFile reader(EntryName name) throws IOException {
        return PosixFile.open(calls, descriptor, name, calls.numbers().toRead());
    }

    @Override
    public OpenFile writer(EntryName name) throws IOException {
        return PosixFile.open(calls, descriptor, name, calls.numbers().toAppend());
    }

    @Override
    public OpenFile create(EntryName name, @Nullable ToolUser owner) throws IOException {
        PosixFile file = PosixFile.open(calls, descriptor, name, calls.numbers().toCreate());
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
        calls.makeFolder(descriptor, name);
        int folder = calls.open(descriptor, name, calls.numbers().toList());
        try {
            if (owner != null) {
                calls.give(folder, owner);
            }
            return new PosixFolder(calls, folder);
        } catch (IOException e) {
            calls.close(folder);
            throw e;
        }
    }

    @Override
    public void permit(int mode) throws IOException {
        calls.permit(descriptor, mode);
    }

    @Override
    public byte[] linkTarget(EntryName name) throws IOException {
        return calls.linkTarget(descriptor, name);
    }

    @Override
    public void createLink(EntryName name, byte[] target, @Nullable ToolUser owner) throws IOException {
        calls.makeLink(descriptor, name, target);
        if (owner != null) {
            calls.giveLink(descriptor, name, owner);
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
        calls.remove(descriptor, name, false);
    }

    @Override
    public void removeFolder(EntryName name) throws IOException {
        calls.remove(descriptor, name, true);
    }

    @Override
    public void move(EntryName name, OpenFolder target, EntryName as) throws IOException {
        calls.move(descriptor, name, ((PosixFolder) target).descriptor, as);
    }

    @Override
    public void unlock(EntryName name) throws IOException {
        calls.unlock(descriptor, name);
    }

    @Override
    public void close() throws IOException {
        calls.close(descriptor);
    }
}
