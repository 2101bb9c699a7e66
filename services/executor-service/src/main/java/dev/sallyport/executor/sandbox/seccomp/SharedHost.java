package dev.sallyport.executor.sandbox.seccomp;

/**
 * What holds a tool that shares the host's namespaces beside its filter, and so need not be refused by it.
 *
 * @param network whether sockets of the internet families may be made; none of any other family may in any case
 * @param memoryHeld whether a cgroup bounds the memory of all the tool's processes together
 * @param confined whether the tool may not write to its workspace
 * @param signalsScoped whether Landlock keeps signals and abstract sockets in the tool's domain
 */
public record SharedHost(boolean network, boolean memoryHeld, boolean confined, boolean signalsScoped) {}
