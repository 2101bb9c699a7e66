package dev.sallyport.policy.catalogue;

import java.util.List;

/**
 * What the modules of skills may do in a workspace at most. A call gets the smallest of this, what the skill's manifest
 * asks for and what the operator granted. Which skills may be called at all is {@code allowlisted_skills}.
 *
 * @param capabilities host functions by their capability, as manifests name it: {@code clock}, {@code random}, {@code kv},
 *     {@code fs_read}, {@code fs_write}, {@code http}
 * @param maxFuel units of work of one call
 * @param maxMemoryBytes memory of one call
 * @param maxOutputBytes answer and log of one call together
 * @param maxHostCalls calls of host functions of one call
 */
public record WasmPluginRunnerPolicy(
        List<String> capabilities, long maxFuel, long maxMemoryBytes, long maxOutputBytes, int maxHostCalls) {
    /** Of a fresh workspace, and of a document from before there was this: what reaches nothing outside the module. */
    public static final WasmPluginRunnerPolicy INITIAL =
            new WasmPluginRunnerPolicy(List.of("clock", "kv", "random"), 10_000_000_000L, 64L << 20, 1L << 20, 10_000);

    /** Copies the list. */
    public WasmPluginRunnerPolicy {
        capabilities = List.copyOf(capabilities);
    }
}
