package dev.sallyport.policy.catalogue;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tools that are not there for every workspace: those that it has registered itself, and those of its skills. */
public interface RegisteredTools {
    /**
     * The name of the tool that is called so where names have no dots.
     *
     * @param withoutDots as {@link ToolNames#withoutDots}
     */
    Optional<String> named(String workspaceId, String withoutDots);

    /** Whether some version of a tool of this name was retired. */
    boolean isRetired(String workspaceId, String name);

    /** The newest version that takes calls; of a skill's tool the present one, whatever its skill's state. */
    Optional<ToolMetadata> newest(String workspaceId, String name);

    /** That version, if it still takes calls. */
    Optional<ToolMetadata> version(String workspaceId, String name, String version);

    /** That version, whether or not it still takes calls: for a call that was decided with it. */
    Optional<ToolMetadata> decided(String workspaceId, String name, String version);

    /**
     * The newest callable versions of the tools behind this name, by name.
     *
     * @param name null for all
     * @param most so many at most
     */
    List<ToolMetadata> after(String workspaceId, @Nullable String name, int most);
}
