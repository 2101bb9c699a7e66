package dev.sallyport.local.home;

import dev.sallyport.embedded.OsUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The user that each part runs as. Started by root, every part has a user of its own, so that none reads another's
 * keys; started by anybody else all run as that user.
 */
public final class PartUsers {
    private final OsUser supervisor;
    private final Map<String, OsUser> users;

    private PartUsers(OsUser supervisor, Map<String, OsUser> users) {
        this.supervisor = supervisor;
        this.users = users;
    }

    /**
     * The users of this machine for a fleet of that size.
     *
     * @throws HomeException when started by root and a user is missing
     */
    public static PartUsers ofThisMachine(FleetSize size) {
        OsUser self = OsUser.current();
        var users = new HashMap<String, OsUser>();
        List<String> names = size.all().stream().map(Replica::user).distinct().toList();
        for (String name : names) {
            if (!self.isRoot()) {
                users.put(name, self);
            } else {
                OsUser.named(name).ifPresent(user -> users.put(name, user));
            }
        }
        List<String> missing =
                names.stream().filter(name -> !users.containsKey(name)).toList();
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

    /** The user of the only or the first process of a part. */
    public OsUser of(Part part) {
        return of(Replica.first(part));
    }

    /** The user of a process. */
    public OsUser of(Replica replica) {
        OsUser user = users.get(replica.user());
        if (user == null) {
            throw new IllegalStateException(replica.id());
        }
        return user;
    }

    /** The supervisor's own user. */
    public OsUser supervisor() {
        return supervisor;
    }

    /** Gives a folder and all in it to a process's user; does not follow links. */
    public void give(Path folder, Replica replica) {
        OsUser user = of(replica);
        if (user.uid() == supervisor.uid()) {
            return;
        }
        UserPrincipalLookupService lookup = folder.getFileSystem().getUserPrincipalLookupService();
        try (Stream<Path> paths = Files.walk(folder)) {
            UserPrincipal owner = lookup.lookupPrincipalByName(Integer.toString(user.uid()));
            GroupPrincipal group = lookup.lookupPrincipalByGroupName(Integer.toString(user.gid()));
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
