package dev.sallyport.policy.catalogue;

/** Acts on a workspace's changed tool configuration. Declare it as a bean. */
@FunctionalInterface
public interface ConfigListener {
    /** The workspace has another configuration. Runs in the transaction that makes it so. */
    void configChanged(String workspaceId);
}
