package dev.sallyport.attestation.log;

import dev.sallyport.statements.Digest;
import dev.sallyport.tlog.LogPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log as files outside the database: tiles and bundles laid out as they are served, the last checkpoint that was
 * signed, and the signers' certificates. A database that was set back is restored from it. Every file is on disk under
 * its final name as a whole or not at all. A checkpoint is remembered when everything before it is on disk, names
 * included: after a power cut an older checkpoint with a newer tree would be forgetting what was signed.
 */
final class TileArchive {
    private static final Logger log = LoggerFactory.getLogger(TileArchive.class);
    private static final String CHECKPOINT = "checkpoint";
    private static final String SIGNERS = "signers";
    private static final String CERTIFICATES = "certificates";
    private static final String PARTIAL = ".p";

    private static final String NEW = ".new";

    /** Another replica may be writing at this moment; nobody writes one file for so long. */
    private static final Duration LONGEST_WRITE = Duration.ofHours(1);

    private final Path folder;
    /** Folders with names that may not be on disk yet. */
    private final Set<Path> unsynced = new LinkedHashSet<>();
    /** Narrower versions of what has been stored since the last checkpoint. */
    private final Set<Path> obsolete = new LinkedHashSet<>();

    /** The archive in that folder, which is made if it is missing. */
    TileArchive(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the folder for the log's files cannot be made: " + folder, e);
        }
        removeUnfinished();
    }

    /** What a crash has left of files that were being written. */
    private void removeUnfinished() {
        Instant finished = Instant.now().minus(LONGEST_WRITE);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(TileArchive::isUnfinished).toList()) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(finished)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // They are in nobody's way; another replica may have removed one just now.
            log.warn("unfinished files of the log stay: {}", e.toString());
        }
    }

    private static boolean isUnfinished(Path file) {
        return file.getFileName().toString().startsWith(NEW) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** The last signed checkpoint, empty before the first. */
    Optional<byte[]> checkpoint() {
        return read(folder.resolve(CHECKPOINT));
    }

    /** Remembers a signed checkpoint, and that all that was stored before it. */
    synchronized void remember(byte[] note) {
        sync();
        write(folder.resolve(CHECKPOINT), note);
        sync();
        obsolete.forEach(TileArchive::remove);
        obsolete.clear();
    }

    private void sync() {
        unsynced.forEach(TileArchive::syncFolder);
        unsynced.clear();
    }

    /** A tile or bundle, empty if it is not here in that width. */
    Optional<byte[]> read(LogPath part) {
        return read(folder.resolve(part.path()));
    }

    /** Stores a tile or bundle. Its narrower versions, which are its beginnings, go with the next checkpoint. */
    synchronized void store(LogPath part, byte[] content) {
        Path file = folder.resolve(part.path());
        write(file, content);
        Path partials = part.full() ? file.resolveSibling(file.getFileName() + PARTIAL) : parentOf(file);
        others(partials, file).forEach(obsolete::add);
        obsolete.remove(file);
    }

    /** The certificates (SHA-256, 32 bytes each) that the entries of a bundle were signed under; empty if unknown. */
    Optional<byte[]> signers(long bundle) {
        return read(folder.resolve(SIGNERS).resolve(Long.toString(bundle)));
    }

    /** Stores the certificates of a bundle's entries; a later version of it has more. */
    synchronized void storeSigners(long bundle, byte[] certificates) {
        write(folder.resolve(SIGNERS).resolve(Long.toString(bundle)), certificates);
    }

    /** The chain of a certificate, base64 of DER, leaf first; empty if it is not here. */
    Optional<List<String>> chain(Digest certificate) {
        return read(folder.resolve(CERTIFICATES).resolve(certificate.hex()))
                .map(lines ->
                        new String(lines, StandardCharsets.US_ASCII).lines().toList());
    }

    /** Stores a certificate's chain, once. */
    synchronized void storeChain(Digest certificate, List<String> chain) {
        Path file = folder.resolve(CERTIFICATES).resolve(certificate.hex());
        if (!Files.exists(file)) {
            write(file, String.join("\n", chain).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static Optional<byte[]> read(Path file) {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Path file, byte[] content) {
        try {
            Path parent = made(parentOf(file));
            Path temporary = Files.createTempFile(parent, NEW, null);
            try {
                try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                    ByteBuffer rest = ByteBuffer.wrap(content);
                    while (rest.hasRemaining()) {
                        channel.write(rest);
                    }
                    channel.force(true);
                }
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                unsynced.add(parent);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder, made with those above it if it is missing. */
    private Path made(Path wanted) throws IOException {
        if (!Files.isDirectory(wanted)) {
            Path above = made(parentOf(wanted));
            Files.createDirectories(wanted);
            unsynced.add(above);
        }
        return wanted;
    }

    /** A name is on disk when its folder is: the content's own flush says nothing of it. */
    private static void syncFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> others(Path partials, Path kept) {
        List<Path> others = new ArrayList<>();
        if (Files.isDirectory(partials)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(partials)) {
                for (Path file : files) {
                    if (!file.equals(kept) && !isUnfinished(file)) {
                        others.add(file);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return others;
    }

    /** Removes a narrower version, and its folder when it was the last one there. */
    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
            Path partials = parentOf(file);
            try (Stream<Path> rest = Files.list(partials)) {
                if (rest.findAny().isPresent()) {
                    return;
                }
            }
            Files.deleteIfExists(partials);
        } catch (NoSuchFileException | DirectoryNotEmptyException _) {
            // Another replica was quicker, or has stored something there.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path parentOf(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("a file of the log lies in a folder: " + file);
        }
        return parent;
    }
}
