package dev.sallyport.executor.workspace;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.Platform.Access;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.ToolFailure.SpawnFailed;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One folder per session, mode 0700, owned by the user that tools run as. */
public final class Workspaces {
    private final Platform platform;
    private final Path root;
    private final @Nullable ToolUser owner;

    /**
     * @param root folder of the node's own
     * @param owner the user that tools run as, null if it is this process's own
     */
    public Workspaces(Platform platform, Path root, @Nullable ToolUser owner) throws IOException {
        this.platform = platform;
        this.root = Files.createDirectories(root);
        this.owner = owner;
        // Not listable by the tools' user, but it must get through to its own folder.
        platform.permit(root, Access.PASSABLE_FOLDER);
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
                platform.permit(folder, Access.PRIVATE_FOLDER);
                if (owner != null) {
                    platform.give(folder, owner);
                }
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    throw e;
                }
            }
            return folder.toRealPath();
        } catch (IOException e) {
            throw new SpawnFailed("The session's workspace cannot be made: " + e.getMessage() + ".");
        }
    }
}
