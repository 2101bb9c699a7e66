package dev.sallyport.embedded;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;

/**
 * Removes a folder with all it holds; never follows a link out of it, also when somebody who may write there puts one in the
 * place of a folder meanwhile: each folder is opened by its name in the one above that is open (openat(2), O_NOFOLLOW).
 */
public final class FolderRemoval {
    private FolderRemoval() {}

    /** Removes it; a folder that is not there, or that vanishes meanwhile, is no error. */
    public static void remove(Path folder) throws IOException {
        Path absolute = folder.toAbsolutePath();
        if (!Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (DirectoryStream<Path> above = Files.newDirectoryStream(absolute.getParent())) {
            if (!(above instanceof SecureDirectoryStream<Path> secure)) {
                throw new IOException("This file system has no openat: " + absolute + " cannot be removed safely");
            }
            remove(secure, absolute.getFileName());
        }
    }

    private static void remove(SecureDirectoryStream<Path> above, Path name) throws IOException {
        try {
            boolean directory = above.getFileAttributeView(
                            name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes()
                    .isDirectory();
            if (!directory) {
                above.deleteFile(name);
                return;
            }
            try (SecureDirectoryStream<Path> children = above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                for (Path child : children) {
                    remove(children, child.getFileName());
                }
            }
            above.deleteDirectory(name);
        } catch (NoSuchFileException _) {
            // It vanished meanwhile.
        }
    }
}
