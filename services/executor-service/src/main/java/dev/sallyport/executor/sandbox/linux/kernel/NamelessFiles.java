package dev.sallyport.executor.sandbox.linux.kernel;

import dev.sallyport.executor.platform.Platform;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Files of a workspace's file system that a call's processes hold open and that have no name any more: they take room, and
 * no look into any folder finds them. A process whose descriptors cannot be listed (it is not dumpable, proc(5)) could
 * hold any number of them; but one that is about to become another program is such for a moment, so it counts only when it
 * is found so twice.
 */
final class NamelessFiles {
    private static final String DELETED = " (deleted)";

    private final Platform platform = Platform.current();
    private Set<Long> closedBefore = Set.of();

    /**
     * What they take together, in bytes; empty if a process cannot be looked into.
     *
     * @param processes the call's, without the sandbox's own
     */
    OptionalLong weight(Iterable<Long> processes, Path workspace) throws IOException {
        Object device = Files.getAttribute(workspace, "unix:dev");
        Set<Object> seen = new HashSet<>();
        Set<Long> closed = new HashSet<>();
        long bytes = 0;
        for (long pid : processes) {
            ProcessView process = new ProcessView(pid);
            try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.descriptorFolder())) {
                for (Path each : descriptors) {
                    bytes += weight(each, device, seen);
                }
            } catch (AccessDeniedException _) {
                closed.add(pid);
            } catch (DirectoryIteratorException | IOException _) {
                // The process has ended meanwhile.
            }
        }
        boolean hidden = closed.stream().anyMatch(closedBefore::contains);
        closedBefore = closed;
        return hidden ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    private long weight(Path descriptor, Object device, Set<Object> seen) {
        try {
            if (!Files.readSymbolicLink(descriptor).toString().endsWith(DELETED)) {
                return 0;
            }
            Map<String, Object> file = Files.readAttributes(descriptor, "unix:dev,ino,nlink");
            boolean nameless = Integer.valueOf(0).equals(file.get("nlink")) && device.equals(file.get("dev"));
            return nameless && seen.add(file.get("ino")) ? platform.weight(descriptor) : 0;
        } catch (IOException _) {
            // Closed meanwhile.
            return 0;
        }
    }
}
