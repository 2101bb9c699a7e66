package dev.sallyport.executor.tool;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.vocabulary.RuntimeKind;

/**
 * Exactly one version of a tool.
 *
 * @param kind the kind of code that it is
 * @param name canonical name
 * @param digest SHA-256 of its metadata, as it was decided on
 */
public record ToolIdentity(RuntimeKind kind, String name, String version, Digest digest) {
    /** The tool that a permit is for. */
    public static ToolIdentity of(ExecutionPermit permit) {
        return new ToolIdentity(permit.runtime().kind(), permit.tool(), permit.toolVersion(), permit.toolDigest());
    }
}
