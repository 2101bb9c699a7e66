package dev.sallyport.executor.node;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.linux.ready.ReadyTerms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One executor node.
 *
 * @param pool must equal the certificate's
 * @param name must equal the certificate's
 * @param capacity calls at a time
 * @param toolLimits of those the calls of one tool at a time, by the tool's name
 * @param bwrap where bubblewrap is
 * @param executables logical name to real path, optionally followed by {@code sha256:<hex>}; what is named here is
 *     added to the shipped list, an empty path takes a shipped one away
 * @param programFolders {@code /opt}, or folders below it, that tools see read-only beside the system's own folders
 * @param interpreters logical names that may be run although they are interpreters
 * @param drain how long calls may go on after the node was told to stop; whoever stops it must wait longer than that
 * @param endPatience how long after its end is due a call's processes may still be there; then the node gives it up
 * @param readySandboxes how many sandboxes may wait for a call, at most; those and the calls that run are together no
 *     more than the capacity
 * @param readyFor how long one waits before it is thrown away
 * @param toolUser {@code uid:gid} that tools run as; only for a node that may change its user, else tools run as the
 *     node
 */
@ConfigurationProperties("sallyport.node")
record NodeProperties(
        @DefaultValue("default") String pool,
        @DefaultValue("node-1") String name,
        @DefaultValue("5") int capacity,
        @DefaultValue Map<String, Integer> toolLimits,
        @DefaultValue("/usr/bin/bwrap") Path bwrap,
        @DefaultValue Map<String, String> executables,
        @DefaultValue List<Path> programFolders,
        @DefaultValue Set<String> interpreters,
        @DefaultValue("60s") Duration drain,
        @DefaultValue("30s") Duration endPatience,
        @DefaultValue("3") int readySandboxes,
        @DefaultValue("60s") Duration readyFor,
        @Nullable String toolUser) {
    /**
     * Programs that do one thing; those that this host has are offered. Which of them ask a human is for policy. With curl
     * and jq a workspace's own tool can use a secret: send it to its host, and read it from its file.
     */
    private static final List<String> SHIPPED = List.of(
            "cat", "chmod", "cp", "curl", "date", "df", "du", "echo", "expr", "false", "head", "id", "jq", "ls",
            "mkdir", "mv", "pwd", "rm", "seq", "sort", "stat", "tail", "tee", "touch", "true", "uname", "uniq", "wc");

    /** Refuses a capacity below 1 or above 1024 with {@link IllegalArgumentException}. */
    public NodeProperties {
        if (capacity < 1 || capacity > 1024) {
            throw new IllegalArgumentException("sallyport.node.capacity must be from 1 to 1024");
        }
        toolLimits.forEach((tool, most) -> {
            if (most < 1 || most > 1024) {
                throw new IllegalArgumentException(
                        "sallyport.node.tool-limits must be from 1 to 1024, not " + most + " for " + tool);
            }
        });
        if (drain.isNegative() || endPatience.isNegative()) {
            throw new IllegalArgumentException(
                    "sallyport.node.drain and sallyport.node.end-patience must not be negative");
        }
        if (readySandboxes < 0 || !readyFor.isPositive()) {
            throw new IllegalArgumentException(
                    "sallyport.node.ready-sandboxes must not be negative, sallyport.node.ready-for must be positive");
        }
        for (Path folder : programFolders) {
            if (!folder.startsWith("/opt") || !folder.equals(folder.normalize())) {
                throw new IllegalArgumentException(
                        "sallyport.node.program-folders must be /opt or folders below it, not " + folder);
            }
        }
        programFolders = List.copyOf(programFolders);
        toolLimits = Map.copyOf(toolLimits);
        executables = Map.copyOf(executables);
        interpreters = Set.copyOf(interpreters);
    }

    /**
     * The executables offered: shipped ones that are here, changed by the configured ones. What is known of arguments is
     * known of Linux' programs; those of other systems have the same names and other options, so none is shipped there.
     */
    Map<String, String> offered(Platform.Family family) {
        Map<String, String> offered = new HashMap<>();
        for (String program : family == Platform.Family.LINUX ? SHIPPED : List.<String>of()) {
            Path path = Path.of("/usr/bin", program);
            if (Files.isExecutable(path)) {
                offered.put(program, path.toString());
            }
        }
        offered.putAll(executables);
        offered.values().removeIf(String::isBlank);
        return offered;
    }

    /** Of sandboxes that wait for a call. */
    ReadyTerms ready() {
        return new ReadyTerms(readySandboxes, capacity, readyFor);
    }

    @Nullable
    ToolUser toolUserOrNull() {
        if (toolUser == null) {
            return null;
        }
        String[] parts = toolUser.split(":", -1);
        if (parts.length != 2 || !parts[0].matches("\\d{1,9}") || !parts[1].matches("\\d{1,9}")) {
            throw new IllegalArgumentException("sallyport.node.tool-user must be <uid>:<gid>");
        }
        return new ToolUser(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }
}
