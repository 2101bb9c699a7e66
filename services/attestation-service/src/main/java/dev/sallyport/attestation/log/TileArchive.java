package dev.sallyport.attestation.log;

import dev.sallyport.statements.Digest;
import dev.sallyport.tlog.LogPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The log as files outside the database: tiles and bundles laid out as they are served, the last checkpoint that was
 * signed, and the signers' certificates. A database that was set back is restored from it. Every file is on disk under
 * its final name as a whole or not at all.
 */
final class TileArchive {
    private static final String CHECKPOINT = "checkpoint";
    private static final String SIGNERS = "signers";
    private static final String CERTIFICATES = "certificates";
    private static final String PARTIAL = ".p";

    private final Path folder;

    /** The archive in that folder, which is made if it is missing. */
    TileArchive(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the folder for the log's files cannot be made: " + folder, e);
        }
    }

    /** The last signed checkpoint, empty before the first. */
    Optional<byte[]> checkpoint() {
        return read(folder.resolve(CHECKPOINT));
    }

    /** Remembers a signed checkpoint. */
    void remember(byte[] note) {
        write(folder.resolve(CHECKPOINT), note);
    }

    /** A tile or bundle, empty if it is not here in that width. */
    Optional<byte[]> read(LogPath part) {
        return read(folder.resolve(part.path()));
    }

    /** Stores a tile or bundle and removes its narrower versions, which are its beginnings. */
    void store(LogPath part, byte[] content) {
        Path file = folder.resolve(part.path());
        write(file, content);
        if (part.full()) {
            removeOthers(file.resolveSibling(file.getFileName() + PARTIAL), null);
        } else {
            removeOthers(parentOf(file), file);
        }
    }

    /** The certificates (SHA-256, 32 bytes each) that the entries of a bundle were signed under; empty if unknown. */
    Optional<byte[]> signers(long bundle) {
        return read(folder.resolve(SIGNERS).resolve(Long.toString(bundle)));
    }

    /** Stores the certificates of a bundle's entries; a later version of it has more. */
    void storeSigners(long bundle, byte[] certificates) {
        write(folder.resolve(SIGNERS).resolve(Long.toString(bundle)), certificates);
    }

    /** The chain of a certificate, base64 of DER, leaf first; empty if it is not here. */
    Optional<List<String>> chain(Digest certificate) {
        return read(folder.resolve(CERTIFICATES).resolve(certificate.hex()))
                .map(lines ->
                        new String(lines, StandardCharsets.US_ASCII).lines().toList());
    }

    /** Stores a certificate's chain, once. */
    void storeChain(Digest certificate, List<String> chain) {
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

    private static void write(Path file, byte[] content) {
        try {
            Path parent = Files.createDirectories(parentOf(file));
            Path temporary = Files.createTempFile(parent, ".new", null);
            try {
                try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                    ByteBuffer rest = ByteBuffer.wrap(content);
                    while (rest.hasRemaining()) {
                        channel.write(rest);
                    }
                    channel.force(true);
                }
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void removeOthers(Path partials, @Nullable Path kept) {
        if (!Files.isDirectory(partials)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(partials)) {
            for (Path file : files) {
                if (!file.equals(kept)) {
                    Files.deleteIfExists(file);
                }
            }
            if (kept == null) {
                Files.deleteIfExists(partials);
            }
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
