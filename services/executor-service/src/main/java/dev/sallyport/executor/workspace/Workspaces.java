package dev.sallyport.executor.workspace;

import dev.sallyport.executor.sandbox.ToolFailure.SpawnFailed;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalInt;

/** One folder per session, mode 0700, owned by the user that tools run as. */
public final class Workspaces {

    private final Path root;
    private final OptionalInt owner;

    /**
     * @param root folder of the node's own
     * @param owner uid that tools run as, empty if it is this process's own
     */
    public Workspaces(Path root, OptionalInt owner) throws IOException {
        this.root = Files.createDirectories(root);
        this.owner = owner;
        // Not listable by the tools' user, but it must get through to its own folder.
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x--x"));
    }

    /**
     * The folder of a session, made if need be. Its name is a digest, so that ids given by clients never become paths.
     *
     * @throws SpawnFailed if it cannot be made
     */
    public Path of(String workspaceId, String principal, String session) {
        String key = workspaceId + "\0" + principal + "\0" + session;
        Path folder =
                root.resolve(Digest.of(key.getBytes(StandardCharsets.UTF_8)).hex());
        try {
            try {
                Files.createDirectory(folder);
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
                if (owner.isPresent()) {
                    Files.setAttribute(folder, "unix:uid", owner.getAsInt());
                    Files.setAttribute(folder, "unix:gid", owner.getAsInt());
                }
            } catch (FileAlreadyExistsException made) {
                if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    throw made;
                }
            }
            return folder.toRealPath();
        } catch (IOException failed) {
            throw new SpawnFailed("The session's workspace cannot be made: " + failed.getMessage() + ".");
        }
    }
}
