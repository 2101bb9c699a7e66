package dev.sallyport.identity.ca;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityException.FileFailed;
import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.statements.trust.SpiffeId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The certificates that were issued at the machine, one public file each, named after its serial number, until it has
 * expired. vault-service has no row about them, and by this folder it still knows which serial numbers exist.
 */
public final class IssuedFolder {
    private static final String NAME = "issued";
    private static final String SUFFIX = ".crt";
    /** Beside a certificate that its holder has given up for a newer one. */
    private static final String GIVEN_UP = ".given-up";

    private static final Pattern SERIAL = Pattern.compile("[0-9a-f]{1,40}");

    private final Path folder;

    /** The folder within that of the issuing authorities. */
    public IssuedFolder(Path issuing) {
        this.folder = issuing.resolve(NAME);
    }

    /** Whether a certificate with this serial number (lower-case hexadecimal) was issued at the machine. */
    public boolean knows(String serial) {
        return SERIAL.matcher(serial).matches()
                && Files.isRegularFile(folder.resolve(serial + SUFFIX), LinkOption.NOFOLLOW_LINKS);
    }

    /** The serial numbers, lower-case hexadecimal, of the valid certificates of an id that were issued at the machine. */
    public List<String> validOf(SpiffeId id, Instant now) {
        List<String> serials = new ArrayList<>();
        for (X509Certificate certificate : all()) {
            if (certificate.getNotAfter().toInstant().isAfter(now)
                    && X509Svid.idOf(certificate).equals(id)) {
                serials.add(certificate.getSerialNumber().toString(16));
            }
        }
        return List.copyOf(serials);
    }

    /** Whether exactly this certificate was issued at the machine. */
    public boolean has(X509Certificate certificate) {
        String serial = certificate.getSerialNumber().toString(16);
        return knows(serial)
                && Pem.certificates(OwnerOnly.readPublic(folder.resolve(serial + SUFFIX), Pem.LARGEST))
                        .getFirst()
                        .equals(certificate);
    }

    /** The valid certificates that were issued at the machine and not replaced there. */
    public List<X509Certificate> inUse(Instant now) {
        return all().stream()
                .filter(certificate -> certificate.getNotAfter().toInstant().isAfter(now))
                .filter(certificate -> !Files.exists(givenUp(certificate), LinkOption.NOFOLLOW_LINKS))
                .toList();
    }

    /** Notes that the holder of a certificate that was issued at the machine has got another one there. */
    void giveUp(X509Certificate certificate) {
        if (!knows(certificate.getSerialNumber().toString(16))) {
            return;
        }
        try {
            OwnerOnly.replacePublic(givenUp(certificate), new byte[0]);
        } catch (IOException e) {
            throw new FileFailed("cannot write " + givenUp(certificate) + ": " + e.getMessage(), e);
        }
    }

    private Path givenUp(X509Certificate certificate) {
        return folder.resolve(certificate.getSerialNumber().toString(16) + GIVEN_UP);
    }

    private List<X509Certificate> all() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<X509Certificate> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                all.add(Pem.certificates(OwnerOnly.readPublic(file, Pem.LARGEST))
                        .getFirst());
            }
            return all;
        } catch (IOException e) {
            throw new FileFailed("cannot read " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Keeps the credential's certificate, without its key. */
    void keep(Credential issued) {
        X509Certificate leaf = issued.leaf();
        Path file = folder.resolve(leaf.getSerialNumber().toString(16) + SUFFIX);
        try {
            OwnerOnly.createDirectory(folder);
            OwnerOnly.writePublic(file, Pem.ofCertificates(List.of(leaf)));
        } catch (IOException e) {
            throw new FileFailed("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** Removes those that have expired: nobody needs to revoke them any more. */
    void prune(Instant now) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                X509Certificate certificate = Pem.certificates(OwnerOnly.readPublic(file, Pem.LARGEST))
                        .getFirst();
                if (certificate.getNotAfter().toInstant().isBefore(now)) {
                    Files.deleteIfExists(givenUp(certificate));
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new FileFailed("cannot tidy up " + folder + ": " + e.getMessage(), e);
        }
    }
}
