package dev.sallyport.policy.access;

/** Prepares what is kept for each workspace when one is made. Declare it as a bean. */
@FunctionalInterface
public interface WorkspaceListener {
    /** This actor has made a workspace. Runs in the transaction that makes it. */
    void workspaceCreated(String workspaceId, String actor);
}
