package dev.sallyport.local.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a library as its makers have signed it. */
class SignedLibraryTest {
    private static final String CLASS = "org/bouncycastle/asn1/cms/ContentInfo.class";

    @TempDir
    private Path folder;

    @Test
    void aSignedLibraryIsVerifiedAndCopiedWithoutItsSignature() throws Exception {
        Path library = copy(content -> content, name -> name);
        byte[] before = read(library, CLASS);
        assertThat(signatures(library)).isPositive();

        assertThat(SignedLibrary.isSigned(library)).isTrue();

        Path plain = Files.write(folder.resolve("plain.jar"), SignedLibrary.verified(library));

        assertThat(SignedLibrary.isSigned(plain)).isFalse();
        assertThat(signatures(plain)).isZero();
        assertThat(read(plain, CLASS)).isEqualTo(before);
        try (var jar = new JarFile(plain.toFile())) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Bundle-Name"))
                    .isEqualTo("bcutil");
            assertThat(jar.getManifest().getEntries()).isEmpty();
        }
    }

    @Test
    void aClassThatIsNotWhatWasSignedIsRefused() throws Exception {
        Path library = copy(
                content -> {
                    byte[] changed = content.clone();
                    changed[changed.length - 1] ^= 1;
                    return changed;
                },
                name -> name);
        assertThatThrownBy(() -> SignedLibrary.verified(library))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not what was signed");
    }

    @Test
    void aClassThatNobodySignedIsRefusedInASignedLibrary() throws Exception {
        Path library = copy(content -> content, _ -> "org/bouncycastle/asn1/cms/Added.class");
        assertThatThrownBy(() -> SignedLibrary.verified(library))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Added.class is not signed");
    }

    /** The library with one of its classes changed, or under another name. */
    private Path copy(UnaryOperator<byte[]> content, UnaryOperator<String> name) throws Exception {
        Path signed = Path.of(ContentInfo.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path library = folder.resolve("library.jar");
        try (var from = new ZipFile(signed.toFile());
                var to = new ZipOutputStream(Files.newOutputStream(library))) {
            for (ZipEntry entry : from.stream().toList()) {
                byte[] bytes = from.getInputStream(entry).readAllBytes();
                boolean chosen = entry.getName().equals(CLASS);
                to.putNextEntry(new ZipEntry(chosen ? name.apply(entry.getName()) : entry.getName()));
                to.write(chosen ? content.apply(bytes) : bytes);
                to.closeEntry();
            }
        }
        return library;
    }

    private static byte[] read(Path library, String name) throws IOException {
        try (var jar = new ZipFile(library.toFile())) {
            return jar.getInputStream(jar.getEntry(name)).readAllBytes();
        }
    }

    private static long signatures(Path library) throws IOException {
        try (var jar = new ZipFile(library.toFile())) {
            return jar.stream()
                    .filter(entry -> entry.getName().matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)"))
                    .count();
        }
    }
}
