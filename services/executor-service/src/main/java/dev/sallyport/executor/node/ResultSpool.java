package dev.sallyport.executor.node;

import dev.sallyport.executor.platform.Platform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Signed results, on disk until control has them. What control refuses is moved to the folder {@code refused}: it is
 * this node's testimony, and whoever has repaired the cause moves it back.
 */
final class ResultSpool {
    private static final String ENDING = ".record";
    private static final Pattern NAME = Pattern.compile("([0-9A-Z]{26})-([0-9]{1,18})\\.record");

    private final SharedForce names;
    private final Path folder;
    private final Path refused;

    ResultSpool(Platform platform, Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.names = new SharedForce(platform, folder);
        this.refused = Files.createDirectories(folder.resolve("refused"));
    }

    /** Which result: of this call, claimed with that fencing number. */
    record Key(String proposalId, long fence) {
        private String file() {
            return proposalId + "-" + fence + ENDING;
        }
    }

    /**
     * A result that control has not confirmed.
     *
     * @param record the signed record's exact bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes of a file
    record Unconfirmed(Key key, byte[] record) {}

    /** Keeps a result; it is on the disk when this returns. */
    void put(Unconfirmed result) throws IOException {
        Path file = file(result.key());
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
        names.force();
    }

    /** The results that wait, by name: they may be many, and are read one by one. */
    List<Key> waiting() throws IOException {
        return names(folder);
    }

    /** The results that control has refused. */
    List<Key> refused() throws IOException {
        return names(refused);
    }

    /** A result's bytes; empty when it does not wait any more. */
    Optional<Unconfirmed> read(Key key) throws IOException {
        try {
            return Optional.of(new Unconfirmed(key, Files.readAllBytes(file(key))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Control has it, or has said that it came too late. */
    void remove(Key key) throws IOException {
        Files.deleteIfExists(file(key));
    }

    /** Control will never take it as it is. */
    void setAside(Unconfirmed result) throws IOException {
        Path file = file(result.key());
        if (!Files.exists(file)) {
            put(result);
        }
        Files.move(file, refused.resolve(result.key().file()), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(Key key) {
        return folder.resolve(key.file());
    }

    private static List<Key> names(Path folder) throws IOException {
        List<Key> keys = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    keys.add(new Key(name.group(1), Long.parseLong(name.group(2))));
                }
            }
        }
        return keys;
    }
}
