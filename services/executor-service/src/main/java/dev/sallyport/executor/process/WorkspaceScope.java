package dev.sallyport.executor.process;

import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.ToolFailure.WorkspaceScopeDenied;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds arguments that name something outside the workspace, in the shapes in which programs take paths: {@code /p},
 * {@code --x=/p}, {@code -C/p}, {@code @file}, {@code if=/p}, {@code a:/p}, {@code file:///p}. An early, explained
 * refusal; what a program can see is decided by the kernel.
 */
final class WorkspaceScope {

    private static final Path INSIDE = Path.of(SandboxPlan.WORKSPACE);
    private static final List<Path> ALSO_ALLOWED = List.of(Path.of("/dev/null"), Path.of("/tmp"), Path.of("/"));

    private final Path workspace;

    WorkspaceScope(Path workspace) {
        this.workspace = workspace;
    }

    /** Refuses the first argument that leads out; {@link WorkspaceScopeDenied} names it. */
    void check(List<String> arguments) {
        for (String argument : arguments) {
            for (String candidate : candidates(argument)) {
                outside(candidate).ifPresent(why -> {
                    throw new WorkspaceScopeDenied(
                            "The argument \"" + argument + "\" " + why + ": name a path inside the workspace.");
                });
            }
        }
    }

    private static List<String> candidates(String argument) {
        List<String> candidates = new ArrayList<>();
        candidates.add(argument);
        int equals = argument.indexOf('=');
        if (equals >= 0) {
            candidates.add(argument.substring(equals + 1));
        }
        if (argument.length() > 2 && argument.charAt(0) == '-' && argument.charAt(1) != '-') {
            candidates.add(argument.substring(2));
        }
        if (argument.startsWith("@")) {
            candidates.add(argument.substring(1));
        }
        int colon = argument.indexOf(':');
        if (colon >= 0 && argument.startsWith("/", colon + 1)) {
            candidates.add(argument.substring(colon + 1));
        }
        return candidates;
    }

    private Optional<String> outside(String candidate) {
        try {
            // A leading // is what is left of a URL with a host; that is not a path of this machine.
            if (candidate.startsWith("//") && !candidate.startsWith("///")) {
                return Optional.empty();
            }
            Path path = Path.of(candidate);
            Path inside = INSIDE.resolve(path).normalize();
            if (!inside.startsWith(INSIDE)) {
                boolean allowed =
                        path.isAbsolute() && (ALSO_ALLOWED.contains(inside) || inside.startsWith(Path.of("/tmp")));
                return allowed ? Optional.empty() : Optional.of("leads to " + inside + ", outside the workspace");
            }
            Path onHost = workspace.resolve(INSIDE.relativize(inside));
            if (Files.exists(onHost, LinkOption.NOFOLLOW_LINKS) && !throughLinks(onHost)) {
                return Optional.of("goes through a link that leads out of the workspace");
            }
            return Optional.empty();
        } catch (InvalidPathException notAPath) {
            return Optional.empty();
        }
    }

    private boolean throughLinks(Path onHost) {
        try {
            return onHost.toRealPath().startsWith(workspace.toRealPath());
        } catch (IOException dangling) {
            return false;
        }
    }
}
