package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.linux.kernel.ProcessView;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The files through which one call is handed to bubblewrap. The sandbox does not see them. */
record RunFiles(Path directory) {
    static RunFiles write(Path directory, Launch launch) throws IOException {
        Files.createDirectory(directory);
        RunFiles files = new RunFiles(directory);
        Files.write(files.arguments(), launch.argumentBytes());
        Files.write(files.filter(), launch.filter());
        Files.createFile(files.status());
        Files.createFile(files.report());
        return files;
    }

    Path arguments() {
        return directory.resolve("arguments");
    }

    Path filter() {
        return directory.resolve("filter.bpf");
    }

    Path status() {
        return directory.resolve("status.json");
    }

    /** What the gate tells. */
    Path report() {
        return directory.resolve("report");
    }

    /**
     * Ends the sandbox whose files an earlier life of the node left behind, if it is still there. A pid may have been
     * given out again meanwhile, the number of a pid namespace that has a process is not.
     */
    void endLeftOver() {
        try {
            StatusFile status = StatusFile.read(status());
            OptionalLong first = status.childPid();
            OptionalLong namespace = status.namespace("pid");
            if (first.isPresent()
                    && namespace.isPresent()
                    && new ProcessView(first.getAsLong()).namespace("pid") == namespace.getAsLong()) {
                ProcessHandle.of(first.getAsLong()).ifPresent(ProcessHandle::destroyForcibly);
            }
        } catch (IOException | NumberFormatException _) {
            // No such sandbox any more, or a folder that is not a call's.
        }
    }

    void delete() {
        try {
            delete(directory);
        } catch (IOException _) {
            // Removed at the node's next start.
        }
    }

    /** Deletes a folder of plain files. */
    static void delete(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }
}
