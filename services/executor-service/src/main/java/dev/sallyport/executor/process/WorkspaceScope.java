package dev.sallyport.executor.process;

import dev.sallyport.arguments.PathArgument;
import dev.sallyport.executor.sandbox.ToolFailure.WorkspaceScopeDenied;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Refuses arguments that name something outside the workspace. An early, explained refusal; what a program can see is
 * decided by the kernel.
 */
final class WorkspaceScope {
    private final Path workspace;

    WorkspaceScope(Path workspace) {
        this.workspace = workspace;
    }

    /** Refuses the first of the paths among the arguments that leads out; {@link WorkspaceScopeDenied} names it. */
    void check(Iterable<PathArgument> paths) {
        for (PathArgument path : paths) {
            outside(path).ifPresent(why -> {
                throw new WorkspaceScopeDenied(
                        "\"" + path.text() + "\" among the arguments " + why + ": name a path inside the workspace.");
            });
        }
    }

    private Optional<String> outside(PathArgument path) {
        return switch (path.place()) {
            case PRIVATE, REMOTE -> Optional.empty();
            case OUTSIDE -> Optional.of("leads out of the workspace");
            case INSIDE ->
                linksOut(path.name())
                        ? Optional.of("goes through a link that leads out of the workspace")
                        : Optional.empty();
        };
    }

    /** Whether the file, or the nearest folder above it that is there, is outside: the file may be about to be made. */
    private boolean linksOut(String name) {
        try {
            @Nullable Path onHost = workspace.resolve(name).normalize();
            while (onHost != null && !onHost.equals(workspace)) {
                if (Files.exists(onHost, LinkOption.NOFOLLOW_LINKS)) {
                    return !staysInside(onHost);
                }
                onHost = onHost.getParent();
            }
            return false;
        } catch (InvalidPathException _) {
            // No file can have that name.
            return false;
        }
    }

    private boolean staysInside(Path onHost) {
        try {
            return onHost.toRealPath().startsWith(workspace.toRealPath());
        } catch (IOException _) {
            // The link leads nowhere, so nothing says that it leads inside.
            return false;
        }
    }
}
