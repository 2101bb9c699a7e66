package dev.sallyport.local.home;

import dev.sallyport.embedded.OsUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whom each part runs as. Started by root every part has a user of its own, so that none reads another's keys; started
 * by anybody else all run as that user.
 */
public final class PartUsers {

    private final OsUser supervisor;
    private final Map<Part, OsUser> users;

    private PartUsers(OsUser supervisor, Map<Part, OsUser> users) {
        this.supervisor = supervisor;
        this.users = users;
    }

    /**
     * The users of this machine.
     *
     * @throws HomeException when started by root and a user is missing
     */
    public static PartUsers ofThisMachine() {
        OsUser self = OsUser.current();
        var users = new EnumMap<Part, OsUser>(Part.class);
        for (Part part : Part.values()) {
            if (!self.isRoot()) {
                users.put(part, self);
            } else {
                OsUser.named(part.user()).ifPresent(user -> users.put(part, user));
            }
        }
        List<String> missing = Arrays.stream(Part.values())
                .filter(part -> !users.containsKey(part))
                .map(Part::user)
                .toList();
        if (!missing.isEmpty()) {
            throw new HomeException(
                    "Started as root, each process runs as a user of its own, and these are missing: "
                            + String.join(", ", missing) + ". bin/run makes them; by hand:\n"
                            + missing.stream()
                                    .map(name -> "  useradd --system --user-group --no-create-home"
                                            + " --shell /usr/sbin/nologin " + name)
                                    .collect(Collectors.joining("\n")),
                    null);
        }
        return new PartUsers(self, users);
    }

    /** Whom a part runs as. */
    public OsUser of(Part part) {
        OsUser user = users.get(part);
        if (user == null) {
            throw new IllegalStateException(part.id());
        }
        return user;
    }

    /** The supervisor's own user. */
    public OsUser supervisor() {
        return supervisor;
    }

    /** Gives a folder and all in it to a part's user; does not follow links. */
    public void give(Path folder, Part part) {
        OsUser user = of(part);
        if (user.uid() == supervisor.uid()) {
            return;
        }
        var lookup = folder.getFileSystem().getUserPrincipalLookupService();
        try (Stream<Path> paths = Files.walk(folder)) {
            var owner = lookup.lookupPrincipalByName(Integer.toString(user.uid()));
            var group = lookup.lookupPrincipalByGroupName(Integer.toString(user.gid()));
            for (Path path : paths.toList()) {
                var view = Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
                view.setOwner(owner);
                view.setGroup(group);
            }
        } catch (IOException e) {
            throw new HomeException("The owner of " + folder + " cannot be changed: " + e, e);
        }
    }
}
