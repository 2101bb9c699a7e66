package dev.sallyport.executor.sandbox;

import dev.sallyport.executor.platform.FolderUse;
import dev.sallyport.executor.platform.FolderUse.Bounds;
import dev.sallyport.executor.platform.OpenFolder;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.ToolFailure.QuotaExceeded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a session's workspace may hold. It is counted before a call that could write and after it, and while a process
 * runs. What the node cannot look into, or what is nested too deep, counts as too much.
 *
 * @param bytes bytes of all files together, the length or the room on disk of each, whichever is more
 * @param files files, folders and everything else
 */
public record WorkspaceQuota(long bytes, int files) {
    /** No bound at all. */
    public static final WorkspaceQuota NONE = new WorkspaceQuota(Long.MAX_VALUE, Integer.MAX_VALUE);

    /** Files and folders that a workspace may hold where the node's operator says nothing else. */
    public static final int USUAL_FILES = 10_000;

    /** Folders that may be nested. Counting holds a descriptor for each. */
    private static final int DEPTH = 64;

    private static final String REMEDY =
            " Remove something first: process.run with rm or chmod, and the reading tools, are still taken.";

    /** That of a call in a sandbox. */
    public static WorkspaceQuota of(SandboxLimits limits) {
        return new WorkspaceQuota(limits.workspaceBytes(), limits.workspaceFiles());
    }

    /** Refuses a workspace that holds more; {@link QuotaExceeded} says what it is and what to do. */
    public void check(Platform platform, Path workspace) {
        checkRoom(platform, workspace, 0, 0);
    }

    /** Refuses a workspace that would hold more with that much in addition. */
    public void checkRoom(Platform platform, Path workspace, long moreBytes, int moreFiles) {
        QuotaExceeded exceeded = exceeded(platform, workspace, moreBytes, moreFiles);
        if (exceeded != null) {
            throw exceeded;
        }
    }

    /** Why the workspace holds too much, null if it does not. */
    public @Nullable QuotaExceeded exceeded(Platform platform, Path workspace) {
        return exceeded(platform, workspace, 0, 0);
    }

    /**
     * The same while a call runs.
     *
     * @param nameless bytes of files that the call holds open and that have no name; empty if that cannot be known
     */
    public @Nullable QuotaExceeded exceeded(Platform platform, Path workspace, OptionalLong nameless) {
        if (equals(NONE)) {
            return null;
        }
        return nameless.isPresent()
                ? exceeded(platform, workspace, nameless.getAsLong(), 0)
                : exceeded(
                        "A process of the call cannot be looked into by the node, so nothing bounds the files that it"
                                + " holds.");
    }

    private @Nullable QuotaExceeded exceeded(Platform platform, Path workspace, long moreBytes, int moreFiles) {
        if (equals(NONE)) {
            return null;
        }
        FolderUse use;
        try (OpenFolder folder = platform.open(workspace)) {
            use = FolderUse.of(folder, new Bounds(bytes, files, DEPTH));
        } catch (IOException _) {
            return exceeded("The workspace cannot be looked into by the node, so nothing bounds it.");
        }
        if (use.excess() != null) {
            return switch (use.excess()) {
                case BYTES -> exceeded(tooManyBytes());
                case ENTRIES -> exceeded(tooManyFiles());
                case DEPTH -> exceeded("The workspace has more than " + DEPTH + " folders in one another.");
                case HIDDEN ->
                    exceeded("The workspace has a folder that the node cannot look into, so nothing bounds it.");
            };
        }
        if (moreBytes > bytes - use.bytes()) {
            return exceeded(tooManyBytes());
        }
        return moreFiles > files - use.entries() ? exceeded(tooManyFiles()) : null;
    }

    private String tooManyBytes() {
        return "The workspace would hold more than " + bytes + " bytes.";
    }

    private String tooManyFiles() {
        return "The workspace would hold more than " + files + " files and folders.";
    }

    private static QuotaExceeded exceeded(String why) {
        return new QuotaExceeded(Quota.WORKSPACE, why + REMEDY);
    }
}
