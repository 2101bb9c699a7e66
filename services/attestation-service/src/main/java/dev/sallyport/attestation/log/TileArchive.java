package dev.sallyport.attestation.log;

import dev.sallyport.statements.Digest;
import dev.sallyport.tlog.LogPath;
import dev.sallyport.tlog.LogPath.BundleId;
import dev.sallyport.tlog.LogPath.TileId;
import dev.sallyport.tlog.TreeHash;
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
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log as files outside the database: tiles and bundles laid out as they are served, the last checkpoint that was
 * signed, and the signers' certificates. A database that was set back is restored from it.
 *
 * <p>A full tile or bundle is on disk under its final name as a whole or not at all. A partial one is a file that only
 * grows: its beginning, which a signed checkpoint covers, is never written again, and what a crash has left behind it is
 * written over. A checkpoint is remembered when everything before it is on disk, names included: after a power cut an
 * older checkpoint with a newer tree would be forgetting what was signed.
 */
final class TileArchive {
    private static final Logger log = LoggerFactory.getLogger(TileArchive.class);
    private static final String CHECKPOINT = "checkpoint";
    private static final String SIGNERS = "signers";
    private static final String CERTIFICATES = "certificates";
    /** A partial tile or bundle that grows. */
    private static final String GROWING = ".part";
    /** The folder of a partial one's versions, each a whole file: how earlier versions of this program kept it. */
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
        Optional<byte[]> whole = read(folder.resolve(part.path()));
        if (whole.isPresent() || part.full()) {
            return whole;
        }
        return read(growing(part)).flatMap(content -> beginning(part, content));
    }

    /** The first entries or hashes of a file, in the part's width; empty when it has fewer. */
    private static Optional<byte[]> beginning(LogPath part, byte[] content) {
        int length = length(part, content);
        return length > content.length ? Optional.empty() : Optional.of(Arrays.copyOf(content, length));
    }

    /** The bytes of a part's width at the beginning of a file; more than it has when it has fewer entries. */
    private static int length(LogPath part, byte[] content) {
        if (part instanceof TileId) {
            return part.width() * TreeHash.BYTES;
        }
        int length = 0;
        for (int entry = 0; entry < part.width(); entry++) {
            if (length + 2 > content.length) {
                return Integer.MAX_VALUE;
            }
            length += 2 + ((content[length] & 0xff) << 8) + (content[length + 1] & 0xff);
        }
        return length;
    }

    /** Stores a full tile or bundle. What it was before, its beginning, goes with the next checkpoint. */
    synchronized void store(LogPath full, byte[] content) {
        Path file = folder.resolve(full.path());
        write(file, content);
        Path growing = growing(full);
        if (Files.exists(growing)) {
            obsolete.add(growing);
        }
        addVersions(full);
    }

    /**
     * Lets a partial tile or bundle grow, or begins it.
     *
     * @param before its width so far, 0 for one that begins
     * @param added the bytes of what comes behind that
     * @return false when it is not here in the width before: then it must begin anew, with all it has
     */
    synchronized boolean grow(LogPath partial, int before, byte[] added) {
        Path file = growing(partial);
        long end = 0;
        if (before > 0) {
            LogPath shorter = partial instanceof TileId tile
                    ? new TileId(tile.level(), tile.index(), before)
                    : new BundleId(partial.index(), before);
            byte[] content = read(file).orElse(new byte[0]);
            end = length(shorter, content);
            if (end > content.length) {
                return false;
            }
        }
        extend(file, end, added);
        addVersions(partial);
        return true;
    }

    private Path growing(LogPath part) {
        String name = part instanceof TileId tile
                ? new TileId(tile.level(), tile.index(), LogPath.FULL).path()
                : new BundleId(part.index(), LogPath.FULL).path();
        return folder.resolve(name + GROWING);
    }

    /** Whole files of narrower versions go with the next checkpoint. */
    private void addVersions(LogPath part) {
        Path growing = growing(part);
        String name = growing.getFileName().toString();
        Path versions = growing.resolveSibling(name.substring(0, name.length() - GROWING.length()) + PARTIAL);
        if (Files.isDirectory(versions)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(versions)) {
                files.forEach(obsolete::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Writes behind that many bytes of a file, which is made if need be, and cuts off what came after them before. */
    private void extend(Path file, long end, byte[] added) {
        try {
            boolean isNew = !Files.exists(file);
            if (isNew) {
                made(parentOf(file));
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(added);
                for (long at = end; rest.hasRemaining(); ) {
                    at += channel.write(rest, at);
                }
                channel.truncate(end + added.length);
                channel.force(true);
            }
            if (isNew) {
                unsynced.add(parentOf(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The certificates (SHA-256, 32 bytes each) that the entries of a bundle were signed under; empty if unknown. */
    Optional<byte[]> signers(long bundle) {
        return read(folder.resolve(SIGNERS).resolve(Long.toString(bundle)));
    }

    /**
     * Adds the certificates of a bundle's entries behind the first {@code before} ones.
     *
     * @return false when it does not have so many: then it must begin anew, with all it has
     */
    synchronized boolean addSigners(long bundle, int before, byte[] certificates) {
        Path file = folder.resolve(SIGNERS).resolve(Long.toString(bundle));
        long end = (long) before * TreeHash.BYTES;
        try {
            if (end > 0 && (!Files.exists(file) || Files.size(file) < end)) {
                return false;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        extend(file, end, certificates);
        return true;
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

    /** Removes a narrower version, and its folder when it was the last one there. */
    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
            Path versions = parentOf(file);
            if (!versions.getFileName().toString().endsWith(PARTIAL)) {
                return;
            }
            try (Stream<Path> rest = Files.list(versions)) {
                if (rest.findAny().isPresent()) {
                    return;
                }
            }
            Files.deleteIfExists(versions);
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
