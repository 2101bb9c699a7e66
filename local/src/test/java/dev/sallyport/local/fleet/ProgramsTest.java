package dev.sallyport.local.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.local.home.HomeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {
    @TempDir
    private Path temporary;

    @Test
    void anExecutableJarRunsUnpackedWithItsLibraries() throws Exception {
        Path jar = executableJar("target-class");
        Path program = programs().unpacked("services/example");

        assertThat(program.resolveSibling("lib").resolve("library.jar")).exists();
        Process process = new ProcessBuilder(programs().java().toString(), "-jar", program.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("target-class, from a library, processors");
        assertThat(jar).exists();
    }

    @Test
    void theSameJarIsUnpackedOnceAndANewOneReplacesIt() throws Exception {
        executableJar("first");
        Path first = programs().unpacked("services/example");
        var made = Files.getLastModifiedTime(first);
        assertThat(programs().unpacked("services/example")).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(first)).isEqualTo(made);

        executableJar("second");
        Path second = programs().unpacked("services/example");
        assertThat(second).isNotEqualTo(first).exists();
        assertThat(first).doesNotExist();
    }

    @Test
    void whatWasNotBuiltIsSaidWithTheCommandThatBuildsIt() {
        assertThatThrownBy(() -> programs().unpacked("services/missing"))
                .isInstanceOf(HomeException.class)
                .hasMessageContaining("mvnw");
    }

    private Programs programs() {
        return new Programs(
                temporary.resolve("checkout"), temporary.resolve("cache"), Path.of(System.getProperty("java.home")));
    }

    /** As Spring Boot's plugin lays it out: this test's own class as program, a nested jar with one resource. */
    private Path executableJar(String text) throws IOException {
        Path target = Files.createDirectories(temporary.resolve("checkout/services/example/target"));
        Path jar = target.resolve("example-1.jar");
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Start-Class", Program.class.getName());
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            String classFile = Program.class.getName().replace('.', '/') + ".class";
            put(out, "BOOT-INF/classes/" + classFile, resource("/" + classFile));
            put(out, "BOOT-INF/classes/folder/", new byte[0]);
            put(out, "META-INF/spring.factories", "processors".getBytes(StandardCharsets.UTF_8));
            put(out, "BOOT-INF/classes/text", text.getBytes(StandardCharsets.UTF_8));
            var nested = new ByteArrayOutputStream();
            try (var library = new JarOutputStream(nested)) {
                put(library, "library-text", "from a library".getBytes(StandardCharsets.UTF_8));
            }
            put(out, "BOOT-INF/lib/library.jar", nested.toByteArray());
            put(out, "BOOT-INF/classpath.idx", "- \"BOOT-INF/lib/library.jar\"\n".getBytes(StandardCharsets.UTF_8));
        }
        Path tests = Files.writeString(target.resolve("example-1-tests.jar"), "no program");
        try (Stream<Path> files = Files.list(target)) {
            assertThat(files).containsExactlyInAnyOrder(jar, tests);
        }
        return jar;
    }

    private static void put(JarOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(content);
        out.closeEntry();
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = ProgramsTest.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name);
            }
            return in.readAllBytes();
        }
    }

    /** Runs in the unpacked jar. */
    static final class Program {
        private Program() {}

        public static void main(String... arguments) throws IOException {
            System.out.println(
                    text("/text") + ", " + text("/library-text") + ", " + text("/META-INF/spring.factories"));
            // As Spring looks for the classes of a package.
            if (Program.class.getResource("/folder/") == null) {
                throw new IOException("Folders are missing in the unpacked jar");
            }
        }

        private static String text(String name) throws IOException {
            try (var in = Program.class.getResourceAsStream(name)) {
                return in == null ? "missing" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }
}
