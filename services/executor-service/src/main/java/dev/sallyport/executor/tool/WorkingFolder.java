package dev.sallyport.executor.tool;

import dev.sallyport.arguments.PathArgument;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder of the workspace in which a program starts. Every step on the way is a folder and no link: where a link
 * leads, the tool before could have decided.
 *
 * @param inside as the program sees it
 * @param onHost on this host: what its arguments call relative is so to this
 */
record WorkingFolder(String inside, Path onHost) {
    /**
     * Finds the folder.
     *
     * @param given relative to the workspace; null for the workspace itself
     * @throws InvalidInput when there is no such folder
     */
    static WorkingFolder of(Path workspace, @Nullable String given) {
        if (given == null) {
            return new WorkingFolder(SandboxPlan.WORKSPACE, workspace);
        }
        PathArgument path = PathArgument.of(given);
        if (path.place() != PathArgument.Place.INSIDE
                || !path.isPlain()
                || path.name().equals(".")) {
            throw new InvalidInput("cwd: must be a folder of the workspace, relative to it.");
        }
        Path onHost = workspace;
        for (String step : path.name().split("/", -1)) {
            onHost = onHost.resolve(step);
            if (!Files.isDirectory(onHost, LinkOption.NOFOLLOW_LINKS)) {
                throw new InvalidInput("cwd: the workspace has no folder \"" + path.name()
                        + "\": make it first, or register the tool without cwd.");
            }
        }
        return new WorkingFolder(SandboxPlan.WORKSPACE + "/" + path.name(), onHost);
    }
}
