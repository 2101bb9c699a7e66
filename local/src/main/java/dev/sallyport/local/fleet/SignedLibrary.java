package dev.sallyport.local.fleet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;

/**
 * A library whose jar its makers have signed. A JVM verifies such a jar class by class at every start, and takes none of its
 * classes into an AOT cache. So all of it is verified here, once, and the copy that is run has no signature.
 */
final class SignedLibrary {
    private static final String META = "META-INF/";

    private SignedLibrary() {}

    /** Whether somebody has signed that jar. */
    static boolean isSigned(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile(), false)) {
            return file.stream().anyMatch(SignedLibrary::isSignature);
        }
    }

    /**
     * A jar with the content of a signed one, and without its signature.
     *
     * @throws IOException when a class is not signed, or differs from what was signed
     */
    static byte[] verified(Path jar) throws IOException {
        try (JarFile signed = new JarFile(jar.toFile())) {
            var plain = new ByteArrayOutputStream();
            try (var to = new JarOutputStream(plain, mainAttributes(signed))) {
                to.setLevel(Deflater.NO_COMPRESSION);
                for (JarEntry entry : signed.stream().toList()) {
                    if (!isSignature(entry) && !entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        to.putNextEntry(new ZipEntry(entry.getName()));
                        copyVerified(signed, entry, to);
                        to.closeEntry();
                    }
                }
            }
            return plain.toByteArray();
        } catch (SecurityException e) {
            throw new IOException(jar.getFileName() + " is not what was signed: " + e.getMessage(), e);
        }
    }

    /** Of an entry that was read to its end, the JDK has compared the digest, and knows who has signed it. */
    private static void copyVerified(JarFile signed, JarEntry entry, JarOutputStream to) throws IOException {
        try (var in = signed.getInputStream(entry)) {
            in.transferTo(to);
        }
        if (entry.getName().endsWith(".class") && entry.getCodeSigners() == null) {
            throw new IOException(entry.getName() + " is not signed");
        }
    }

    /** Without the digests of the entries, which were part of what was signed. */
    private static Manifest mainAttributes(JarFile signed) throws IOException {
        var manifest = new Manifest();
        Manifest given = signed.getManifest();
        if (given != null) {
            manifest.getMainAttributes().putAll(given.getMainAttributes());
        }
        return manifest;
    }

    /** See the JAR file specification, "Signed JAR file". */
    private static boolean isSignature(ZipEntry entry) {
        String name = entry.getName().toUpperCase(Locale.ROOT);
        return name.startsWith(META)
                && name.indexOf('/', META.length()) < 0
                && (name.endsWith(".SF") || name.endsWith(".RSA") || name.endsWith(".DSA") || name.endsWith(".EC"));
    }
}
