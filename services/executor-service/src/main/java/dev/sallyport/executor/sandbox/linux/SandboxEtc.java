package dev.sallyport.executor.sandbox.linux;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The /etc that tools of tier C see: made once, when the host is inspected. Of the host's it has copies of what programs
 * need and what tells nothing of it: time zone, certificates of authorities, the choice among alternatives.
 */
final class SandboxEtc {
    private static final Path HOST = Path.of("/etc");

    /** A bundle of authorities has some hundred KiB. */
    private static final long LARGEST = 4 << 20;

    private SandboxEtc() {}

    /** Writes it into a folder of the node's own that every user can pass through. */
    static void write(Path etc) throws IOException {
        String id = BubblewrapLaunch.INNER_ID;
        Files.writeString(etc.resolve("passwd"), "tool:x:" + id + ":" + id + "::/workspace:/usr/sbin/nologin\n");
        Files.writeString(etc.resolve("group"), "tool:x:" + id + ":\n");
        Files.writeString(etc.resolve("hosts"), "127.0.0.1 localhost\n::1 localhost\n");
        Files.writeString(etc.resolve("nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files dns\n");
        Files.writeString(etc.resolve("hostname"), "sandbox\n");
        // Mount point for the open network of egress none.
        Files.writeString(etc.resolve("resolv.conf"), "");
        // The zone itself where the host has a link to it: which one it is, is no secret, where it lies may be one.
        file(HOST.resolve("localtime"), etc.resolve("localtime"));
        folder(etc.resolve("ssl"));
        file(HOST.resolve("ssl/openssl.cnf"), etc.resolve("ssl/openssl.cnf"));
        entries(HOST.resolve("ssl/certs"), etc.resolve("ssl/certs"));
        entries(HOST.resolve("alternatives"), etc.resolve("alternatives"));
    }

    /** Plain files and links; folders and all else are left out, and what only some users may read. */
    private static void entries(Path from, Path to) throws IOException {
        folder(to);
        try (DirectoryStream<Path> old = Files.newDirectoryStream(to)) {
            for (Path each : old) {
                Files.delete(each);
            }
        }
        if (!Files.isDirectory(from)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(from)) {
            for (Path each : entries) {
                Path made = to.resolve(each.getFileName());
                if (Files.isSymbolicLink(each)) {
                    Files.createSymbolicLink(made, Files.readSymbolicLink(each));
                } else {
                    file(each, made);
                }
            }
        }
    }

    private static void file(Path from, Path to) throws IOException {
        Files.deleteIfExists(to);
        if (!Files.isRegularFile(from) || Files.size(from) > LARGEST || !forEverybody(from)) {
            return;
        }
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("r--r--r--"));
    }

    /** A privileged node can read what no tool could. */
    private static boolean forEverybody(Path file) throws IOException {
        return ((int) Files.getAttribute(file, "unix:mode") & 04) != 0;
    }

    private static void folder(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(folder);
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
