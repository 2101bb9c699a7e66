package dev.sallyport.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Files of one user alone where files have access lists and no modes, as on Windows. */
final class AccessLists {
    private AccessLists() {}

    /** Whether files there have access lists in the place of modes. */
    static boolean areUsedAt(Path path) {
        Set<String> views = path.getFileSystem().supportedFileAttributeViews();
        return !views.contains("posix") && views.contains("acl");
    }

    /** Gives everything to the owner and nothing to anybody else. */
    static void makePrivate(Path path) throws IOException {
        AclFileAttributeView view = view(path);
        boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        view.setAcl(List.of(AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(view.getOwner())
                .setPermissions(EnumSet.allOf(AclEntryPermission.class))
                .setFlags(
                        folder
                                ? EnumSet.of(AclEntryFlag.FILE_INHERIT, AclEntryFlag.DIRECTORY_INHERIT)
                                : EnumSet.noneOf(AclEntryFlag.class))
                .build()));
    }

    /** Whether the list lets nobody in but the owner. */
    static boolean isPrivate(Path path) throws IOException {
        AclFileAttributeView view = view(path);
        UserPrincipal owner = view.getOwner();
        return view.getAcl().stream()
                .filter(entry -> entry.type() == AclEntryType.ALLOW)
                .allMatch(entry -> entry.principal().equals(owner));
    }

    /** Who owns what this process makes in that folder: on Windows that may be a group, and no name says so. */
    static UserPrincipal ownerOfWhatIsMadeIn(Path folder) throws IOException {
        Path made = Files.createTempFile(folder, ".owner", "");
        try {
            return Files.getOwner(made, LinkOption.NOFOLLOW_LINKS);
        } finally {
            Files.delete(made);
        }
    }

    private static AclFileAttributeView view(Path path) throws IOException {
        AclFileAttributeView view =
                Files.getFileAttributeView(path, AclFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            throw new IOException(path + " lies on a file system without access lists");
        }
        return view;
    }
}
