package dev.sallyport.executor.sandbox.protect;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The workspaces in which calls run now, each with its protected files as they were before the first of these calls.
 * Calls that overlap share them: what one tool has left is never what the end of another puts back. Safe for any number
 * of threads.
 */
public final class ProtectedWorkspaces {
    private final Platform platform;
    private final Map<Path, Shared> inUse = new HashMap<>();

    /** With no call at first. */
    public ProtectedWorkspaces(Platform platform) {
        this.platform = platform;
    }

    /**
     * Keeps what is there, unless a call that runs there has it already. To be taken before the tool runs.
     *
     * @param owner whose files these are, null for this process's user
     * @throws dev.sallyport.executor.sandbox.ToolFailure.WorkspaceScopeDenied if something there could not be put back,
     *     or is more than can be kept
     */
    public Guard guard(Path workspace, @Nullable ToolUser owner) throws IOException {
        Guard guard;
        synchronized (inUse) {
            Shared shared = inUse.computeIfAbsent(workspace, Shared::new);
            guard = new Guard(shared);
            shared.guards.add(guard);
        }
        boolean kept = false;
        try {
            guard.shared.keep(platform, owner);
            kept = true;
            return guard;
        } finally {
            if (!kept) {
                guard.end();
            }
        }
    }

    /** What the calls of one workspace share. Its own lock is held while files are read or put back. */
    private static final class Shared {
        private final Path workspace;

        /** Under the lock of all workspaces. */
        private final Set<Guard> guards = new HashSet<>();

        private @Nullable ProtectedFiles files;

        Shared(Path workspace) {
            this.workspace = workspace;
        }

        synchronized ProtectedFiles keep(Platform platform, @Nullable ToolUser owner) throws IOException {
            ProtectedFiles kept = files == null ? ProtectedFiles.in(platform, workspace, owner) : files;
            files = kept;
            return kept;
        }
    }

    /** One call's part in the guard of its workspace. A guard that is never ended keeps what it found for ever. */
    public final class Guard {
        private final Shared shared;

        /** Under the lock of all workspaces. */
        private final Set<String> changed = new LinkedHashSet<>();

        private Guard(Shared shared) {
            this.shared = shared;
        }

        /**
         * Puts back what differs, and removes what was not there.
         *
         * @return the names of what any call has changed since this guard was taken, relative to the workspace
         */
        List<String> restore() throws IOException {
            synchronized (shared) {
                ProtectedFiles files = shared.files;
                List<String> now = files == null ? List.of() : files.restore();
                synchronized (inUse) {
                    shared.guards.forEach(each -> each.changed.addAll(now));
                    return List.copyOf(changed);
                }
            }
        }

        /** Ends this call's part. With the last one what was kept is given up. */
        public void end() {
            synchronized (inUse) {
                shared.guards.remove(this);
                if (shared.guards.isEmpty()) {
                    inUse.remove(shared.workspace, shared);
                }
            }
        }
    }
}
