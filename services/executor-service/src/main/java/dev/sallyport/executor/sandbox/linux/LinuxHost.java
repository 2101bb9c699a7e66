package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.linux.gate.SandboxPrograms;
import dev.sallyport.executor.sandbox.seccomp.Architecture;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a launch must know of the host; a value, so that launches for other hosts can be made and looked at.
 *
 * @param architecture processor architecture of the filter
 * @param bwrap real path of bubblewrap, not setuid
 * @param programs ours that run inside
 * @param etc folder that tools see as /etc
 * @param links top folders that are links into /usr on this host: name (as {@code bin}) and target
 * @param directories top folders that hold programs or libraries and are not links (as {@code /lib64})
 * @param toolUser user of the tools, null: the node's own, which must not be 0
 */
public record LinuxHost(
        Architecture architecture,
        Path bwrap,
        SandboxPrograms programs,
        Path etc,
        List<RootLink> links,
        List<Path> directories,
        @Nullable ToolUser toolUser) {
    /** A link in the root folder. */
    public record RootLink(String name, String target) {}

    /** Copies the lists. */
    public LinuxHost {
        links = List.copyOf(links);
        directories = List.copyOf(directories);
    }
}
