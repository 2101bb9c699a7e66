package dev.sallyport.executor.tool;

import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.Tier;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/**
 * A permitted call as a tool gets it; everything in it was verified.
 *
 * @param arguments parsed from the canonical bytes whose digest was permitted
 * @param workspace the session's folder
 */
public record ToolCall(
        String tool, String version, ObjectNode arguments, Path workspace, Tier tier, Egress egress, Limits limits) {}
