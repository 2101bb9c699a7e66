package dev.sallyport.executor.node;

import dev.sallyport.executor.platform.Platform;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * Remembers on disk which calls this node has begun, so that a claim handed over twice runs once, even after a restart.
 * An entry is needed for as long as the claim could pass as one of now.
 */
final class RunJournal {
    private static final Duration KEPT = Duration.ofHours(1);

    private final Platform platform;
    private final Path folder;
    private final Clock clock;

    RunJournal(Platform platform, Path folder, Clock clock) throws IOException {
        this.platform = platform;
        this.folder = Files.createDirectories(folder);
        this.clock = clock;
    }

    /** Notes the call, durably; false if it was noted before. */
    boolean begin(String proposalId) throws IOException {
        Path entry = folder.resolve(proposalId);
        try {
            Files.createFile(entry);
        } catch (FileAlreadyExistsException _) {
            return false;
        }
        platform.force(folder);
        return true;
    }

    /** Forgets what can no longer be handed over again. */
    void clean() throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (Files.getLastModifiedTime(entry)
                        .toInstant()
                        .isBefore(clock.instant().minus(KEPT))) {
                    Files.deleteIfExists(entry);
                }
            }
        }
    }
}
