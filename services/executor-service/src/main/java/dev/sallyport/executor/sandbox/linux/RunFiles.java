package dev.sallyport.executor.sandbox.linux;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files through which one call is handed to bubblewrap. The sandbox does not see them. */
record RunFiles(Path directory) {
    static RunFiles write(Path directory, Launch launch) throws IOException {
        Files.createDirectory(directory);
        RunFiles files = new RunFiles(directory);
        Files.write(files.arguments(), launch.argumentBytes());
        Files.write(files.filter(), launch.filter());
        Files.createFile(files.status());
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
