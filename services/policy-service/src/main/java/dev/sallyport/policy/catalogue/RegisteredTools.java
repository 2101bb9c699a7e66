package dev.sallyport.policy.catalogue;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tools that workspaces have registered for themselves, as far as they can be called. */
public interface RegisteredTools {
    /** No workspace has a tool of its own. */
    RegisteredTools NONE = new RegisteredTools() {
        @Override
        public Optional<String> named(String workspaceId, String withoutDots) {
            return Optional.empty();
        }

        @Override
        public boolean isRetired(String workspaceId, String name) {
            return false;
        }

        @Override
        public Optional<ToolMetadata> newest(String workspaceId, String name) {
            return Optional.empty();
        }

        @Override
        public Optional<ToolMetadata> version(String workspaceId, String name, String version) {
            return Optional.empty();
        }

        @Override
        public Optional<ToolMetadata> decided(String workspaceId, String name, String version) {
            return Optional.empty();
        }

        @Override
        public List<ToolMetadata> after(String workspaceId, @Nullable String name, int most) {
            return List.of();
        }
    };

    /**
     * The name of the tool that is called so where names have no dots.
     *
     * @param withoutDots as {@link ToolNames#withoutDots}
     */
    Optional<String> named(String workspaceId, String withoutDots);

    /** Whether some version of a tool of this name was retired. */
    boolean isRetired(String workspaceId, String name);

    /** The newest version that takes calls. */
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
