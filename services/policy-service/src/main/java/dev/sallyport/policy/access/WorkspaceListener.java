package dev.sallyport.policy.access;

/** Whoever keeps something per workspace prepares it when one is made, in the same transaction. */
@FunctionalInterface
public interface WorkspaceListener {
    /** A workspace was made by this actor. */
    void workspaceCreated(String workspaceId, String actor);
}
