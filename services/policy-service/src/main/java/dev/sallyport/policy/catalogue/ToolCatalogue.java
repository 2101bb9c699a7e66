package dev.sallyport.policy.catalogue;

import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** The tools that exist, by canonical name. */
@Component
public class ToolCatalogue {
    private static final List<String> BUILT_IN =
            List.of("echo", "fs.list", "fs.read", "fs.write", "process.run", "sleep");

    private final NavigableMap<String, ToolMetadata> tools = new TreeMap<>();

    /** The built-in tools. */
    public ToolCatalogue() {
        this(document -> {});
    }

    /**
     * The built-in tools with other metadata than theirs.
     *
     * @param change of each tool's document
     */
    public ToolCatalogue(Consumer<ObjectNode> change) {
        BUILT_IN.forEach(name -> tools.put(name, builtIn(name, change)));
    }

    /** The newest version of a tool; empty for an unknown one. */
    public Optional<ToolMetadata> find(String name) {
        return Optional.ofNullable(tools.get(name));
    }

    /** All tools by name. */
    public List<ToolMetadata> all() {
        return List.copyOf(tools.values());
    }

    /** A page of the tools, by name. */
    public Page<ToolMetadata> list(PageRequest page) {
        String after = page.after();
        List<ToolMetadata> found = (after == null ? tools : tools.tailMap(after, false))
                .values().stream().limit(page.oneMore()).toList();
        return Page.of(found, page, ToolMetadata::name);
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
