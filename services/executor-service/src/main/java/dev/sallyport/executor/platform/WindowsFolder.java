package dev.sallyport.executor.platform;

import dev.sallyport.executor.platform.NotPlainFileException.What;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A folder by its path, from a root that only the node can move. Windows has no way to reach an entry from an open folder
 * that Java knows; so whatever opens, makes or removes something holds every folder on the way where it is meanwhile
 * (WindowsHandles), and looks at each that it leads nowhere else. A list is only read, and looked at so before and after.
 */
final class WindowsFolder implements OpenFolder {
    private static final int FOLDERS_MODE = 0700;
    private static final int FILES_MODE = 0600;

    /** What no step of a path may be: other names of the same file, other streams of one, devices. */
    private static final Pattern SPECIAL = Pattern.compile(
            "(con|prn|aux|nul|conin\\$|conout\\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])( *\\..*| *)",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern FORBIDDEN = Pattern.compile("[\u0000-\u001f<>:\"/\\\\|?*]|[. ]$");

    private final WindowsHandles handles;
    private final @Nullable WindowsFolder parent;
    private final Path path;

    private WindowsFolder(WindowsHandles handles, @Nullable WindowsFolder parent, Path path) throws IOException {
        this.handles = handles;
        this.parent = parent;
        this.path = path;
        lookAt();
    }

    static WindowsFolder of(WindowsHandles handles, Path folder) throws IOException {
        return new WindowsFolder(handles, null, folder);
    }

    /** Whether Windows takes that as the name of a file, and of no other. */
    static boolean isPlain(String name) {
        return !FORBIDDEN.matcher(name).find()
                && !SPECIAL.matcher(name).matches()
                && StandardCharsets.UTF_8.newEncoder().canEncode(name);
    }

    private Path child(EntryName name) throws IOException {
        String text = name.toString();
        if (!isPlain(text)) {
            throw new NoSuchFileException(text);
        }
        return path.resolve(text);
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    /** From the root on, since only below a folder that is held does a path keep its meaning. */
    private <T> T held(Work<T> work) throws IOException {
        WindowsFolder above = parent;
        return above == null ? holding(work) : above.held(() -> holding(work));
    }

    private <T> T holding(Work<T> work) throws IOException {
        try (WindowsHandles.Pin _ = handles.pin(path)) {
            return work.run();
        }
    }

    private void lookAt() throws IOException {
        for (WindowsFolder each = this; each != null; each = each.parent) {
            if (kind(attributes(each.path)) != FolderEntry.Kind.FOLDER) {
                throw new NotDirectoryException(each.path.toString());
            }
        }
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** A junction says that it is a folder, and that it is something else as well. */
    private static FolderEntry.Kind kind(BasicFileAttributes attributes) {
        if (attributes.isSymbolicLink()) {
            return FolderEntry.Kind.LINK;
        }
        if (attributes.isOther()) {
            return FolderEntry.Kind.SPECIAL;
        }
        return attributes.isDirectory() ? FolderEntry.Kind.FOLDER : FolderEntry.Kind.FILE;
    }

    /** A name by which Windows' programs do not find the file hides it, so the folder counts as one that cannot be listed. */
    @Override
    public List<EntryName> names(int most) throws IOException {
        lookAt();
        List<EntryName> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (!isPlain(name)) {
                    throw new AccessDeniedException(name);
                }
                names.add(EntryName.of(name));
                if (names.size() > most) {
                    break;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        lookAt();
        return names;
    }

    @Override
    public @Nullable FolderEntry entry(EntryName name) throws IOException {
        Path child = child(name);
        try {
            BasicFileAttributes attributes = attributes(child);
            FolderEntry.Kind kind = kind(attributes);
            long names = kind == FolderEntry.Kind.FILE ? handles.identity(child).names() : 1;
            boolean holds = kind == FolderEntry.Kind.FILE || kind == FolderEntry.Kind.FOLDER;
            long size = kind == FolderEntry.Kind.FILE ? attributes.size() : 0;
            return new FolderEntry(
                    kind,
                    size,
                    holds ? size + streams(child) : 0,
                    names,
                    kind == FolderEntry.Kind.FOLDER ? FOLDERS_MODE : FILES_MODE);
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    /** Further streams of a file or folder: no list of a folder shows them, and they hold as much as files do. */
    private static long streams(Path path) throws IOException {
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        long bytes = 0;
        if (view != null) {
            for (String stream : view.list()) {
                bytes += view.size(stream);
            }
        }
        return bytes;
    }

    @Override
    public OpenFolder folder(EntryName name) throws IOException {
        return new WindowsFolder(handles, this, child(name));
    }

    @Override
    public OpenFile reader(EntryName name) throws IOException {
        return file(name, StandardOpenOption.READ);
    }

    @Override
    public OpenFile writer(EntryName name) throws IOException {
        return file(name, StandardOpenOption.WRITE);
    }

    @Override
    public OpenFile create(EntryName name, @Nullable ToolUser owner) throws IOException {
        mustBeOwn(owner);
        return file(name, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    }

    private static void mustBeOwn(@Nullable ToolUser owner) throws IOException {
        if (owner != null) {
            throw WindowsPlatform.noOtherUser();
        }
    }

    private OpenFile file(EntryName name, OpenOption... how) throws IOException {
        Path child = child(name);
        Set<OpenOption> options = new HashSet<>(List.of(how));
        options.add(LinkOption.NOFOLLOW_LINKS);
        return held(() -> {
            if (options.contains(StandardOpenOption.CREATE_NEW)) {
                return new WindowsFile(FileChannel.open(child, options));
            }
            // What it is counts only while it is held: then it is what is opened as well.
            if (kind(attributes(child)) != FolderEntry.Kind.FILE) {
                verify(child);
            }
            try (WindowsHandles.Pin _ = handles.hold(child)) {
                verify(child);
                return new WindowsFile(FileChannel.open(child, options));
            }
        });
    }

    private void verify(Path child) throws IOException {
        switch (kind(attributes(child))) {
            case LINK -> throw new NotPlainFileException(What.LINK);
            case FOLDER, SPECIAL -> throw new NotPlainFileException(What.NO_FILE);
            case FILE -> {
                WindowsHandles.Identity identity = handles.identity(child);
                if (identity.reparse()) {
                    throw new NotPlainFileException(What.LINK);
                }
                if (identity.names() > 1) {
                    throw new NotPlainFileException(What.SHARED);
                }
            }
        }
    }

    @Override
    public OpenFolder createFolder(EntryName name, @Nullable ToolUser owner) throws IOException {
        mustBeOwn(owner);
        Path child = child(name);
        return held(() -> new WindowsFolder(handles, this, Files.createDirectory(child)));
    }

    /** What is made here has the access list of the folder that it is in, and keeps it. */
    @Override
    public void permit(int mode) {}

    @Override
    public byte[] linkTarget(EntryName name) throws IOException {
        try {
            return Files.readSymbolicLink(child(name)).toString().getBytes(StandardCharsets.UTF_8);
        } catch (NotLinkException _) {
            throw new NotPlainFileException(What.NO_FILE);
        }
    }

    @Override
    public void createLink(EntryName name, byte[] target, @Nullable ToolUser owner) throws IOException {
        mustBeOwn(owner);
        Path child = child(name);
        Path to = path.getFileSystem().getPath(new String(target, StandardCharsets.UTF_8));
        held(() -> Files.createSymbolicLink(child, to));
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
        Path child = child(name);
        held(() -> {
            if (kind(attributes(child)) == FolderEntry.Kind.FOLDER) {
                throw new NotPlainFileException(What.NO_FILE);
            }
            // Of a link or a junction itself, never of what it leads to.
            Files.delete(child);
            return child;
        });
    }

    @Override
    public void removeFolder(EntryName name) throws IOException {
        Path child = child(name);
        held(() -> {
            if (kind(attributes(child)) != FolderEntry.Kind.FOLDER) {
                throw new NotDirectoryException(child.toString());
            }
            Files.delete(child);
            return child;
        });
    }

    /** The folders are not held: Windows moves nothing into one that is. */
    @Override
    public void move(EntryName name, OpenFolder target, EntryName as) throws IOException {
        Files.move(child(name), ((WindowsFolder) target).child(as));
    }

    /** The owner of a folder has its access list, and with it everything, also where a program has taken that away. */
    @Override
    public void unlock(EntryName name) throws IOException {
        Path child = child(name);
        if (kind(attributes(child)) != FolderEntry.Kind.FOLDER) {
            throw new NotDirectoryException(child.toString());
        }
        new WindowsPlatform(handles).permit(child, Platform.Access.PRIVATE_FOLDER);
    }

    @Override
    public void close() {}

    /** A file that is open. */
    private record WindowsFile(FileChannel channel) implements OpenFile {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public byte[] read(long offset, int most) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.max(0, Math.min(most, channel.size() - offset)));
            long at = offset;
            while (buffer.hasRemaining()) {
                int count = channel.read(buffer, at);
                if (count < 0) {
                    break;
                }
                at += count;
            }
            byte[] read = new byte[buffer.position()];
            buffer.flip().get(read);
            return read;
        }

        @Override
        public void clear() throws IOException {
            channel.truncate(0);
        }

        @Override
        public void permit(int mode) {}

        @Override
        public void append(byte[] bytes) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            long at = channel.size();
            while (buffer.hasRemaining()) {
                at += channel.write(buffer, at);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
