package dev.sallyport.executor.platform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.platform.FolderUse.Bounds;
import dev.sallyport.executor.platform.FolderUse.Excess;
import dev.sallyport.executor.platform.Platform.Access;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemoryLayout.PathElement;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The node's way into a workspace on Windows: no link leads it elsewhere, and no name means more than itself. */
class WindowsFolderTest {
    private static final Bounds BOUNDS = new Bounds(1 << 20, 1000, 64);

    private final InMemoryWindows windows = new InMemoryWindows();
    private final Platform platform = windows.platform();
    private Path workspace;
    private Path outside;

    @BeforeEach
    void make() throws IOException {
        workspace = Files.createDirectories(windows.path("C:\\node\\workspaces\\a"));
        outside = Files.createDirectories(windows.path("C:\\outside"));
        Files.writeString(outside.resolve("secret"), "secret");
    }

    @AfterEach
    void close() throws IOException {
        assertThat(windows.heldNow()).isZero();
        windows.close();
    }

    private static EntryName name(String name) {
        return EntryName.of(name);
    }

    @Test
    void filesAreMadeReadAndRemoved() throws Exception {
        try (OpenFolder folder = platform.open(workspace);
                OpenFolder made = folder.createFolder(name("sub"), null)) {
            try (OpenFile file = made.create(name("f"), null)) {
                file.append("one".getBytes(UTF_8));
                file.append("two".getBytes(UTF_8));
            }
            try (OpenFile file = made.reader(name("f"))) {
                assertThat(file.size()).isEqualTo(6);
                assertThat(file.read(2, 3)).asString(UTF_8).isEqualTo("etw");
                assertThat(file.read(9, 3)).isEmpty();
            }
            try (OpenFile file = made.writer(name("f"))) {
                file.clear();
                file.append("x".getBytes(UTF_8));
            }
            assertThat(Files.readString(workspace.resolve("sub").resolve("f"))).isEqualTo("x");
            assertThat(made.names(10)).containsExactly(name("f"));
            folder.removeAll(name("sub"));
        }
        assertThat(workspace.resolve("sub")).doesNotExist();
    }

    @Test
    void everyFolderOnTheWayIsHeldWhileAFileIsOpened() throws Exception {
        Files.createDirectories(workspace.resolve("a").resolve("b"));
        try (OpenFolder top = platform.open(workspace);
                OpenFolder a = top.folder(name("a"));
                OpenFolder b = a.folder(name("b"))) {
            b.create(name("f"), null).close();
        }
        assertThat(windows.held())
                .containsExactly(
                        workspace,
                        workspace.resolve("a"),
                        workspace.resolve("a").resolve("b"));
    }

    @Test
    void folderThatBecameALinkLeadsNowhere() throws Exception {
        Path swapped = Files.createDirectory(workspace.resolve("d"));
        try (OpenFolder top = platform.open(workspace);
                OpenFolder folder = top.folder(name("d"))) {
            Files.delete(swapped);
            Files.createSymbolicLink(swapped, outside);
            assertThat(swapped.resolve("secret")).exists();
            assertThatThrownBy(() -> folder.reader(name("secret"))).isInstanceOf(NotDirectoryException.class);
            assertThatThrownBy(() -> folder.create(name("planted"), null)).isInstanceOf(NotDirectoryException.class);
            assertThatThrownBy(() -> folder.remove(name("secret"))).isInstanceOf(NotDirectoryException.class);
            assertThatThrownBy(() -> folder.names(10)).isInstanceOf(NotDirectoryException.class);
            assertThatThrownBy(() -> top.folder(name("d"))).isInstanceOf(NotDirectoryException.class);
        }
        assertThat(outside.resolve("secret")).exists();
        assertThat(outside.resolve("planted")).doesNotExist();
    }

    /** Between the folder above and the one below it: only what is below a folder that is held keeps its meaning. */
    @Test
    void folderThatIsSwappedBetweenTwoStepsLeadsNowhere() throws Exception {
        Path swapped = Files.createDirectory(workspace.resolve("d"));
        try (OpenFolder top = platform.open(workspace);
                OpenFolder folder = top.folder(name("d"))) {
            windows.whenHeld(workspace, () -> {
                try {
                    Files.delete(swapped);
                    Files.createSymbolicLink(swapped, outside);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThatThrownBy(() -> folder.reader(name("secret"))).isInstanceOf(NotDirectoryException.class);
        }
    }

    @Test
    void linksAndFilesWithTwoNamesAreNoFiles() throws Exception {
        Files.createSymbolicLink(workspace.resolve("link"), outside.resolve("secret"));
        Files.createLink(workspace.resolve("second"), outside.resolve("secret"));
        try (OpenFolder top = platform.open(workspace)) {
            assertThat(top.entry(name("link")))
                    .isNotNull()
                    .extracting(FolderEntry::kind)
                    .isEqualTo(FolderEntry.Kind.LINK);
            assertThatThrownBy(() -> top.reader(name("link")))
                    .isInstanceOfSatisfying(
                            NotPlainFileException.class,
                            e -> assertThat(e.what()).isEqualTo(NotPlainFileException.What.LINK));
            assertThatThrownBy(() -> top.writer(name("second")))
                    .isInstanceOfSatisfying(
                            NotPlainFileException.class,
                            e -> assertThat(e.what()).isEqualTo(NotPlainFileException.What.SHARED));
            top.removeAll(name("link"));
        }
        assertThat(outside.resolve("secret")).hasContent("secret");
    }

    @Test
    void namesThatMeanSomethingElseAreNoNames() throws Exception {
        for (String special : List.of(
                "nul",
                "NUL.txt",
                "con",
                "Com1",
                "lpt9.log",
                "com\u00b2",
                "conin$",
                "nul .x",
                "a:b",
                "f::$DATA",
                "a.",
                "a ",
                "a\\b",
                "a*",
                "a?",
                "a|b",
                "a\u0001")) {
            assertThat(WindowsFolder.isPlain(special)).as(special).isFalse();
            try (OpenFolder top = platform.open(workspace)) {
                assertThatThrownBy(() -> top.create(name(special), null))
                        .as(special)
                        .isInstanceOf(NoSuchFileException.class);
            }
        }
        for (String plain : List.of("null", "con1", "common", "a.b", ".git", "x con", "lpt10", "\u00e9")) {
            assertThat(WindowsFolder.isPlain(plain)).as(plain).isTrue();
        }
        assertThat(WindowsFolder.isPlain("a\ud800")).isFalse();
    }

    /** What is written beside a file's content under its name is found and counted. */
    @Test
    void streamsOfAFileCount() throws Exception {
        Path file = Files.write(workspace.resolve("f"), new byte[10]);
        assertThat(use().bytes()).isEqualTo(10);
        Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                .write("hidden", ByteBuffer.wrap(new byte[1000]));
        assertThat(use().bytes()).isEqualTo(1010);
    }

    private FolderUse use() throws IOException {
        try (OpenFolder top = platform.open(workspace)) {
            return FolderUse.of(top, BOUNDS);
        }
    }

    /** A program can make names that no other finds; the folder then counts as one that hides something. */
    @Test
    void namesThatAreNoneHideTheirFolder() throws Exception {
        Path sub = Files.createDirectory(workspace.resolve("sub"));
        Files.write(sub.resolve("f"), new byte[10]);
        assertThat(use().excess()).isNull();
        Files.move(sub.resolve("f"), sub.resolve("aux"));
        assertThat(use().excess()).isEqualTo(Excess.HIDDEN);
        try (OpenFolder top = platform.open(sub)) {
            assertThatThrownBy(() -> top.names(10)).isInstanceOf(AccessDeniedException.class);
        }
    }

    @Test
    void deepFoldersAreRemoved() throws Exception {
        Path deep = workspace.resolve("gone");
        for (int depth = 0; depth < 40; depth++) {
            deep = deep.resolve("d");
        }
        Files.createDirectories(deep);
        Files.writeString(deep.resolve("f"), "x");
        Files.createSymbolicLink(deep.resolve("l"), outside);
        platform.remove(workspace, name("gone"));
        assertThat(workspace).isEmptyDirectory();
        assertThat(outside.resolve("secret")).exists();
    }

    /** Nobody but the owner, and the containers of sandboxes that were let in. */
    @Test
    void foldersAreTheirOwnersAlone() throws Exception {
        AclFileAttributeView view = Files.getFileAttributeView(workspace, AclFileAttributeView.class);
        UserPrincipal everyone = principal("Everyone");
        UserPrincipal container = principal("S-1-15-2-1-2-3");
        view.setAcl(List.of(reading(everyone), reading(container)));

        platform.permit(workspace, Access.PRIVATE_FOLDER);

        assertThat(view.getAcl()).extracting(AclEntry::principal).containsExactlyInAnyOrder(view.getOwner(), container);
    }

    private UserPrincipal principal(String name) throws IOException {
        return workspace.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
    }

    private static AclEntry reading(UserPrincipal who) {
        return AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(who)
                .setPermissions(AclEntryPermission.READ_DATA)
                .build();
    }

    @Test
    void toolsHaveNoUserOfTheirOwn() {
        assertThatThrownBy(() -> platform.give(workspace, new ToolUser(1000, 1000)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tool-user");
    }

    /** Sizes and offsets of fileapi.h, sys/stat.h and sys/dirent.h, and what of fcntl.h is macOS' own. */
    @Test
    void structuresAreThoseOfTheHeaders() {
        assertThat(WindowsHandles.Kernel32.INFORMATION.byteSize()).isEqualTo(52);
        assertThat(WindowsHandles.Kernel32.INFORMATION.byteOffset(PathElement.groupElement("nNumberOfLinks")))
                .isEqualTo(40);
        assertThat(MacCalls.STAT.byteSize()).isEqualTo(144);
        assertThat(MacCalls.STAT.byteOffset(PathElement.groupElement("st_size")))
                .isEqualTo(96);
        assertThat(MacCalls.STAT.byteOffset(PathElement.groupElement("st_blocks")))
                .isEqualTo(104);
        assertThat(MacCalls.DIRENT.byteSize()).isEqualTo(1048);
        assertThat(MacCalls.DIRENT.byteOffset(PathElement.groupElement("d_name")))
                .isEqualTo(21);
        assertThat(MacCalls.NUMBERS.toList()).isEqualTo(0x100 | 0x1000000 | 0x4 | 0x20000 | 0x100000);
        assertThat(MacCalls.NUMBERS.toCreate()).isEqualTo(0x100 | 0x1000000 | 0x4 | 0x20000 | 1 | 8 | 0x200 | 0x800);
    }
}
