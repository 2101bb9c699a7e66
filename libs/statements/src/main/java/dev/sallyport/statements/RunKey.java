package dev.sallyport.statements;

/**
 * Where a call belongs: what budgets, workspaces on a node and freezes go by. Sessions and runs are the clients' own names
 * and mean something only together with workspace and principal.
 *
 * @param workspaceId ULID of the workspace
 * @param principal who calls, for example {@code agent:demo}
 * @param session the client's session
 * @param run the client's run within it
 */
public record RunKey(String workspaceId, String principal, String session, String run) {}
