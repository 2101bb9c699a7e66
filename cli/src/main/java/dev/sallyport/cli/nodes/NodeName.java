package dev.sallyport.cli.nodes;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.output.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What a user calls a node.
 *
 * @param pool its pool; empty where the name alone says which one is meant
 */
record NodeName(String pool, String name) {
    /** Reads {@code node-1} or {@code default/node-1}. */
    static NodeName of(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? new NodeName("", text) : new NodeName(text.substring(0, slash), text.substring(slash + 1));
    }

    /** The one node of the list that is meant; {@link CommandFailure} if there is none, or several pools have one. */
    JsonNode in(JsonNode nodes) {
        List<JsonNode> found = nodes.valueStream()
                .filter(node -> Json.text(node, "name").equals(name))
                .filter(node -> pool.isEmpty() || Json.text(node, "pool").equals(pool))
                .toList();
        return switch (found.size()) {
            case 0 ->
                throw new CommandFailure.NotFound(
                        "there is no node " + this + ". `sallyport nodes list` names those that have asked for work");
            case 1 -> found.getFirst();
            default ->
                throw new CommandFailure.Usage(
                        "several pools have a node " + name + ": name the pool too, as in POOL/" + name);
        };
    }

    @Override
    public String toString() {
        return pool.isEmpty() ? name : pool + "/" + name;
    }
}
