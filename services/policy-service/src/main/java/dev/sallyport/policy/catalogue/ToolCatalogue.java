package dev.sallyport.policy.catalogue;

import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** The tools that exist, by canonical name: those that come along, each workspace's own, and those of its skills. */
@Component
public class ToolCatalogue {
    private static final List<String> BUILT_IN =
            List.of("echo", "fs.list", "fs.read", "fs.write", "http.fetch", "process.run", "sleep");

    private final NavigableMap<String, ToolMetadata> tools = new TreeMap<>();
    private final List<RegisteredTools> registered;

    /** The built-in tools alone. */
    public ToolCatalogue() {
        this(List.of(), document -> {});
    }

    @Autowired
    ToolCatalogue(List<RegisteredTools> registered) {
        this(registered, document -> {});
    }

    /**
     * The same with other metadata of the built-in tools than theirs.
     *
     * @param change of each tool's document
     */
    public ToolCatalogue(List<RegisteredTools> registered, Consumer<ObjectNode> change) {
        this.registered = List.copyOf(registered);
        BUILT_IN.forEach(name -> tools.put(name, builtIn(name, change)));
    }

    /** A built-in tool; empty for any other name. */
    public Optional<ToolMetadata> builtIn(String name) {
        return Optional.ofNullable(tools.get(name));
    }

    /** The newest version of a tool that the workspace can call; empty for an unknown one. */
    public Optional<ToolMetadata> find(String workspaceId, String name) {
        return builtIn(name).or(() -> anyOf(tools -> tools.newest(workspaceId, name)));
    }

    /**
     * The version of a tool that a call was decided with; of a built-in tool the present one. Empty where it takes no
     * calls any more.
     *
     * @param version null for a call of a tool that did not exist
     */
    public Optional<ToolMetadata> find(String workspaceId, String name, @Nullable String version) {
        return builtIn(name)
                .or(() ->
                        version == null ? Optional.empty() : anyOf(tools -> tools.version(workspaceId, name, version)));
    }

    /** The version that a call was decided with, whether or not it still takes calls. */
    public Optional<ToolMetadata> decided(String workspaceId, String name, String version) {
        return builtIn(name).or(() -> anyOf(tools -> tools.decided(workspaceId, name, version)));
    }

    /** Whether the workspace had a tool of this name that it has retired, some version of it at least. */
    public boolean isRetired(String workspaceId, String name) {
        return registered.stream().anyMatch(tools -> tools.isRetired(workspaceId, name));
    }

    /**
     * The canonical name of the tool that is called so where names have no dots; the name as it was given where there
     * is no such tool.
     */
    public String canonical(String workspaceId, String given) {
        return tools.keySet().stream()
                .filter(name -> ToolNames.withoutDots(name).equals(given))
                .findFirst()
                .or(() -> anyOf(tools -> tools.named(workspaceId, given)))
                .orElse(given);
    }

    private <T> Optional<T> anyOf(Function<RegisteredTools, Optional<T>> question) {
        return registered.stream().map(question).flatMap(Optional::stream).findFirst();
    }

    /** The built-in tools by name. */
    public List<ToolMetadata> builtIn() {
        return List.copyOf(tools.values());
    }

    /** The first tools that the workspace can call, by name. */
    public List<ToolMetadata> first(String workspaceId, int most) {
        return after(workspaceId, null, most);
    }

    /** A page of the tools that the workspace can call, by name. */
    public Page<ToolMetadata> list(String workspaceId, PageRequest page) {
        return Page.of(after(workspaceId, page.after(), page.oneMore()), page, ToolMetadata::name);
    }

    private List<ToolMetadata> after(String workspaceId, @Nullable String name, int most) {
        return Stream.concat(
                        (name == null ? tools : tools.tailMap(name, false)).values().stream(),
                        registered.stream().flatMap(tools -> tools.after(workspaceId, name, most).stream()))
                .sorted(Comparator.comparing(ToolMetadata::name))
                .limit(most)
                .toList();
    }

    private static ToolMetadata builtIn(String name, Consumer<ObjectNode> change) {
        try (InputStream in = ToolCatalogue.class.getResourceAsStream("/tools/" + name + ".json")) {
            if (in == null) {
                throw new IllegalStateException("the built-in tool " + name + " has no metadata");
            }
            ObjectNode document = CanonicalJson.readObject(in.readAllBytes(), JsonRules.ARGUMENTS);
            change.accept(document);
            return ToolDocument.read(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonRefusedException e) {
            throw new IllegalStateException("the metadata of " + name + " is not JSON: " + e.pointer(), e);
        }
    }
}
