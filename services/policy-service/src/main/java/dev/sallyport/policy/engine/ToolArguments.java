package dev.sallyport.policy.engine;

import dev.sallyport.arguments.ProtectedNames;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The closed list of typed attributes that a tool's metadata may expose from its arguments to policies.
 *
 * @param executable logical name of the program to start, null where the tool starts none
 * @param paths paths among the arguments, each by its one name, relative to the workspace
 * @param hosts hosts among the arguments, canonical
 * @param count a number that the tool's metadata names, null where it names none
 */
public record ToolArguments(
        @Nullable String executable,
        Set<String> paths,
        Set<String> hosts,
        @Nullable Long count) {
    /** No attribute at all. */
    public static final ToolArguments NONE = new ToolArguments(null, Set.of(), Set.of(), null);

    /** Those of the paths that other programs run or obey, whoever writes them. */
    Set<String> protectedPaths() {
        return paths.stream().filter(ProtectedNames::cover).collect(Collectors.toUnmodifiableSet());
    }

    /** Copies the sets. */
    public ToolArguments {
        paths = Set.copyOf(paths);
        hosts = Set.copyOf(hosts);
    }
}
