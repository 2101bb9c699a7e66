package dev.sallyport.identity.ca;

import dev.sallyport.identity.IdentityException.FileFailed;
import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.identity.Pem;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * New issuing authorities in the place of the present ones. What the present ones have issued stays valid until its end,
 * since everybody trusts the roots and each chain brings its issuer along: that is the overlap.
 *
 * <p>The new ones are made whole in the folder {@code next} and marked complete; then their parts take the places of the
 * present ones. A run that was cut short before the mark left nothing that counts, and one cut short after it is finished
 * by whoever opens the folder. The certificates of earlier authorities stay in {@code retired}.
 */
record IssuingRotation(Path folder) {
    private static final String NEXT = "next";
    private static final String RETIRED = "retired";
    private static final String COMPLETE = "complete";
    private static final List<String> PARTS =
            List.of(Authorities.TLS_CERTIFICATE, Authorities.SIGNING_CERTIFICATE, Authorities.SEALED_KEYS);

    /** Puts new authorities in force. */
    void rotate(Authorities fresh, Path protectorKey, String fleetId) {
        finish();
        Path next = folder.resolve(NEXT);
        try {
            clear();
            fresh.writeBeside(next, folder, protectorKey, "issuing", fleetId);
            giveToOwnerOf(folder, next);
            retire();
            mark();
        } catch (IOException e) {
            throw failed(e);
        }
        finish();
    }

    /** Where new ones are made. */
    Path next() {
        return folder.resolve(NEXT);
    }

    /** Whether new ones lie there whole. */
    boolean isComplete() {
        return exists(next().resolve(COMPLETE));
    }

    /** Removes what a run that was cut short has left before its mark. */
    void clear() throws IOException {
        remove(next());
    }

    /** From here on the new ones count. */
    void mark() throws IOException {
        OwnerOnly.replacePublic(next().resolve(COMPLETE), new byte[0]);
        OwnerOnly.sync(next());
    }

    /** Finishes a rotation that was cut short after its mark; does nothing otherwise. */
    void finish() {
        Path next = folder.resolve(NEXT);
        if (!exists(next.resolve(COMPLETE))) {
            return;
        }
        try {
            for (String part : PARTS) {
                if (exists(next.resolve(part))) {
                    Files.move(
                            next.resolve(part),
                            folder.resolve(part),
                            StandardCopyOption.ATOMIC_MOVE,
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
            OwnerOnly.sync(folder);
            remove(next);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** The certificates of authorities that issued before and issue no more. */
    List<X509Certificate> retired() {
        Path retired = folder.resolve(RETIRED);
        if (!exists(retired)) {
            return List.of();
        }
        List<X509Certificate> certificates = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(retired, "*.crt")) {
            for (Path file : files) {
                certificates.add(Pem.certificates(OwnerOnly.readPublic(file, Pem.LARGEST))
                        .getFirst());
            }
            return List.copyOf(certificates);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void retire() throws IOException {
        Path retired = folder.resolve(RETIRED);
        OwnerOnly.createDirectory(retired);
        for (String part : List.of(Authorities.TLS_CERTIFICATE, Authorities.SIGNING_CERTIFICATE)) {
            byte[] pem = OwnerOnly.readPublic(folder.resolve(part), Pem.LARGEST);
            X509Certificate certificate = Pem.certificates(pem).getFirst();
            OwnerOnly.replacePublic(
                    retired.resolve(certificate.getSerialNumber().toString(16) + ".crt"), pem);
        }
        giveToOwnerOf(folder, retired);
        OwnerOnly.sync(retired);
    }

    /** A privileged run leaves what it made to the user whose folder it is. */
    static void giveToOwnerOf(Path folder, Path made) throws IOException {
        if (OwnerOnly.isMe(OwnerOnly.owner(folder))) {
            return;
        }
        Files.setOwner(made, OwnerOnly.owner(folder));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(made)) {
            for (Path file : files) {
                Files.setOwner(file, OwnerOnly.owner(folder));
            }
        }
    }

    private static void remove(Path next) throws IOException {
        if (!exists(next)) {
            return;
        }
        // The mark last: until it is gone, what is left of the folder is finished again. A kill while a file was
        // written
        // has left that one under another name.
        Path mark = next.resolve(COMPLETE);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(next)) {
            for (Path file : files) {
                if (!file.equals(mark)) {
                    Files.delete(file);
                }
            }
        }
        Files.deleteIfExists(mark);
        Files.delete(next);
    }

    private static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private FileFailed failed(IOException e) {
        return new FileFailed("cannot change the issuing authorities in " + folder + ": " + e.getMessage(), e);
    }
}
