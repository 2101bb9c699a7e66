package dev.sallyport.executor.workspace;

import dev.sallyport.executor.platform.EntryName;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.Platform.Access;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.ToolFailure.SpawnFailed;
import dev.sallyport.statements.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One folder per session, mode 0700, owned by the user that tools run as. It is made when a call first asks for it, and
 * goes when it has been idle for long.
 */
public final class Workspaces {
    private static final Logger log = LoggerFactory.getLogger(Workspaces.class);

    /** An empty file beside each folder whose time says when the last call that used it began or ended. */
    private static final String USED = ".used";

    /** An empty file beside each folder whose tools have secrets and in which nobody has looked for them yet. */
    private static final String UNSWEPT = ".unswept";

    private final Platform platform;
    private final Path root;
    private final @Nullable ToolUser owner;
    private final Map<String, Integer> inUse = new HashMap<>();
    private final Map<String, Integer> unswept = new HashMap<>();

    /**
     * @param root folder of the node's own
     * @param owner the user that tools run as, null if it is this process's own
     */
    public Workspaces(Platform platform, Path root, @Nullable ToolUser owner) throws IOException {
        this.platform = platform;
        this.root = Files.createDirectories(root);
        this.owner = owner;
        // Only the tools' user gets through, and only to a folder whose name it knows: a tool may open its own folder
        // to everybody and leave a set-user-id program there.
        if (owner == null) {
            platform.permit(root, Access.PRIVATE_FOLDER);
        } else {
            platform.giveGroup(root, owner);
            platform.permit(root, Access.GROUPS_FOLDER);
        }
        removeUnswept();
    }

    /** An earlier node was killed while a tool had a secret: whatever it wrote down, no later call finds it. */
    private void removeUnswept() throws IOException {
        try (DirectoryStream<Path> markers = Files.newDirectoryStream(root, "*" + UNSWEPT)) {
            for (Path marker : markers) {
                String file = marker.getFileName().toString();
                String name = file.substring(0, file.length() - UNSWEPT.length());
                if (Files.exists(root.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                    platform.remove(root, EntryName.of(name));
                    log.warn("a workspace is removed: an earlier node was killed while a tool in it had a secret");
                }
                Files.delete(marker);
            }
        }
    }

    /** The workspace of a session for the time of one call; the folder is there from the first {@link #get()} on. */
    public final class Session implements Supplier<Path>, Closeable {
        private final String name;
        private boolean used;

        private Session(String name) {
            this.name = name;
        }

        /**
         * The folder, made if need be.
         *
         * @throws SpawnFailed if it cannot be made
         */
        @Override
        public synchronized Path get() {
            if (!used) {
                begin(name);
                used = true;
            }
            return folder(name);
        }

        /**
         * The call's tool will have secrets: until {@link #swept} nobody knows whether it wrote one down.
         *
         * @throws SpawnFailed if that cannot be kept on the disk
         */
        public void mayHoldSecrets() {
            doubt(name);
        }

        /** The tool has ended, and what it left of its secrets was removed. */
        public void swept() {
            trust(name);
        }

        /** The call has ended: the folder may go when it has been idle for long. */
        @Override
        public synchronized void close() {
            if (used) {
                used = false;
                end(name);
            }
        }
    }

    /** The workspace of a session, for one call. */
    public Session session(String workspaceId, String principal, String session) {
        return new Session(name(workspaceId, principal, session));
    }

    /**
     * The folder of a session, made if need be, for as long as nothing removes idle ones.
     *
     * @throws SpawnFailed if it cannot be made
     */
    public Path of(String workspaceId, String principal, String session) {
        return folder(name(workspaceId, principal, session));
    }

    /** Removes the folders that no call has used since then. Answers how many. */
    public int removeIdle(Instant since) throws IOException {
        int removed = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (!name.endsWith(USED)
                        && !name.endsWith(UNSWEPT)
                        && !name.endsWith(SkillStore.FOLDER)
                        && removedIdle(name, since)) {
                    removed++;
                }
            }
        }
        return removed;
    }

    private synchronized boolean removedIdle(String name, Instant since) throws IOException {
        Path marker = root.resolve(name + USED);
        if (inUse.containsKey(name)) {
            return false;
        }
        if (!Files.exists(marker)) {
            touch(name);
            return false;
        }
        if (!Files.getLastModifiedTime(marker).toInstant().isBefore(since)) {
            return false;
        }
        try {
            if (Files.exists(root.resolve(name + SkillStore.FOLDER))) {
                platform.remove(root, EntryName.of(name + SkillStore.FOLDER));
            }
            platform.remove(root, EntryName.of(name));
            Files.deleteIfExists(marker);
            return true;
        } catch (IOException e) {
            log.warn("an idle workspace could not be removed: {}", e.toString());
            return false;
        }
    }

    /** Ids given by clients never become paths: the name is a digest. */
    private static String name(String workspaceId, String principal, String session) {
        String key = workspaceId + "\0" + principal + "\0" + session;
        return Digest.of(key.getBytes(StandardCharsets.UTF_8)).hex();
    }

    private synchronized void begin(String name) {
        try {
            touch(name);
        } catch (IOException e) {
            throw cannotBeMade(e);
        }
        inUse.merge(name, 1, Integer::sum);
    }

    private synchronized void end(String name) {
        inUse.computeIfPresent(name, (_, calls) -> calls == 1 ? null : calls - 1);
        try {
            touch(name);
            // The tool may have opened its folder to others.
            platform.permit(root.resolve(name), Access.PRIVATE_FOLDER);
        } catch (IOException e) {
            log.warn("a workspace could not be closed after its call: {}", e.toString());
        }
    }

    private synchronized void doubt(String name) {
        try {
            Files.write(root.resolve(name + UNSWEPT), new byte[0]);
            platform.force(root);
        } catch (IOException e) {
            throw cannotBeMade(e);
        }
        unswept.merge(name, 1, Integer::sum);
    }

    private synchronized void trust(String name) {
        Integer left = unswept.computeIfPresent(name, (_, calls) -> calls == 1 ? null : calls - 1);
        if (left == null) {
            try {
                Files.deleteIfExists(root.resolve(name + UNSWEPT));
            } catch (IOException e) {
                log.warn("a workspace that was looked through is removed at the next start: {}", e.toString());
            }
        }
    }

    private void touch(String name) throws IOException {
        Files.write(root.resolve(name + USED), new byte[0]);
    }

    private synchronized Path folder(String name) {
        Path folder = root.resolve(name);
        try {
            try {
                Files.createDirectory(folder);
            } catch (FileAlreadyExistsException _) {
                if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    throw new NotDirectoryException(name);
                }
            }
            // Each time: a node that was killed between two of these steps left a folder that no tool can use.
            if (owner != null) {
                platform.give(folder, owner);
            }
            platform.permit(folder, Access.PRIVATE_FOLDER);
            return folder.toRealPath();
        } catch (IOException e) {
            throw cannotBeMade(e);
        }
    }

    private static SpawnFailed cannotBeMade(IOException e) {
        log.error("a session's workspace cannot be made", e);
        return new SpawnFailed("The session's workspace cannot be made on this node; its log says why.");
    }
}
