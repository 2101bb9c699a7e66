package dev.sallyport.executor.node;

import dev.sallyport.executor.platform.Platform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Signed results, on disk until control has them. */
final class ResultSpool {
    private static final String ENDING = ".record";

    private final Platform platform;
    private final Path folder;

    ResultSpool(Platform platform, Path folder) throws IOException {
        this.platform = platform;
        this.folder = Files.createDirectories(folder);
    }

    /**
     * A result that control has not confirmed.
     *
     * @param record the signed record's exact bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes of a file
    record Unconfirmed(String proposalId, long fence, byte[] record) {}

    /** Keeps a result; it is on the disk when this returns. */
    void put(Unconfirmed result) throws IOException {
        Path file = file(result.proposalId(), result.fence());
        Path part = folder.resolve(file.getFileName() + ".part");
        try (FileChannel channel = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(result.record());
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        platform.force(folder);
    }

    List<Unconfirmed> all() throws IOException {
        List<Unconfirmed> results = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                String stem = name.substring(0, name.length() - ENDING.length());
                int dash = stem.lastIndexOf('-');
                results.add(new Unconfirmed(
                        stem.substring(0, dash), Long.parseLong(stem.substring(dash + 1)), Files.readAllBytes(file)));
            }
        }
        return results;
    }

    /** How many results wait. */
    int size() throws IOException {
        int size = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING)) {
            for (Path _ : files) {
                size++;
            }
        }
        return size;
    }

    /** Control has it, or has said that it came too late. */
    void remove(Unconfirmed result) throws IOException {
        Files.deleteIfExists(file(result.proposalId(), result.fence()));
    }

    private Path file(String proposalId, long fence) {
        return folder.resolve(proposalId + "-" + fence + ENDING);
    }
}
