package dev.sallyport.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A user of this machine, by the numbers that the kernel knows.
 *
 * @param name login name; PostgreSQL needs one that the user database knows
 * @param uid numeric user id
 * @param gid numeric id of the user's primary group
 */
public record OsUser(String name, int uid, int gid) {
    /** The user that this JVM runs as. */
    public static OsUser current() {
        try {
            Path self = Path.of("/proc/self");
            int uid = (Integer) Files.getAttribute(self, "unix:uid");
            int gid = (Integer) Files.getAttribute(self, "unix:gid");
            return new OsUser(System.getProperty("user.name"), uid, gid);
        } catch (IOException | UnsupportedOperationException e) {
            throw new BackendException(
                    BackendException.Code.UNSUPPORTED_MACHINE, "The fleet on one machine needs Linux with /proc", e);
        }
    }

    /** The user of that login name in {@code /etc/passwd}, if there is one. */
    public static Optional<OsUser> named(String name) {
        try (Stream<String> lines = Files.lines(Path.of("/etc/passwd"), StandardCharsets.UTF_8)) {
            return lines.map(line -> line.split(":", -1))
                    .filter(fields -> fields.length >= 4 && fields[0].equals(name))
                    .map(fields -> new OsUser(name, Integer.parseInt(fields[2]), Integer.parseInt(fields[3])))
                    .findFirst();
        } catch (IOException e) {
            throw new BackendException(BackendException.Code.FILES, "/etc/passwd cannot be read", e);
        }
    }

    /** Whether this is the superuser. */
    public boolean isRoot() {
        return uid == 0;
    }

    /** Makes this user the owner of a file or folder, never of what a link leads to; does nothing when it already is. */
    public void own(Path path) throws IOException {
        if ((Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS) == uid
                && (Integer) Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS) == gid) {
            return;
        }
        // By number: the look-up falls back to parsing the name as an id, and a name may be shared by containers.
        var lookup = path.getFileSystem().getUserPrincipalLookupService();
        var view = Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        view.setOwner(lookup.lookupPrincipalByName(Integer.toString(uid)));
        view.setGroup(lookup.lookupPrincipalByGroupName(Integer.toString(gid)));
    }
}
