package dev.sallyport.embedded;

import java.nio.file.Path;

/**
 * A TLS identity as PEM files.
 *
 * @param certificateChain the leaf certificate first, then its chain
 * @param privateKey unencrypted PKCS#8 key of the leaf
 * @param authorities the CAs that the other side is checked against
 */
public record PemFiles(Path certificateChain, Path privateKey, Path authorities) {
    /** The files of an identity directory ({@code tls/tls.crt}, {@code tls/tls.key}, {@code tls/ca.crt}). */
    public static PemFiles of(Path identityDirectory) {
        Path tls = identityDirectory.resolve("tls");
        return new PemFiles(tls.resolve("tls.crt"), tls.resolve("tls.key"), tls.resolve("ca.crt"));
    }
}
