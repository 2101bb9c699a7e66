package dev.sallyport.local.bin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/lib/jdk.sh} against a server on this machine that has a small archive in a JDK's form. */
class FetchJdkTest {
    private static final String FETCH = "fetch_jdk \"$1\" \"$2\"";

    /** A machine without any JDK but the one that is fetched. */
    private static final String WITHOUT_JDK =
            "find_jdk() { [ -x \"$(cache_folder)/jdk/temurin-25.9.9+1/bin/javac\" ]; }\n";

    @TempDir
    private Path temporary;

    private Path userHome;
    private Path folder;
    private byte[] archive;
    private HttpServer server;
    private final AtomicInteger asked = new AtomicInteger();

    @BeforeEach
    void serve() throws Exception {
        userHome = Files.createDirectories(temporary.resolve("user"));
        folder = temporary.resolve("jdks");
        archive = archive();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/jdk.tar.gz", exchange -> answer(exchange, archive.length));
        server.createContext("/cut-off.tar.gz", exchange -> answer(exchange, archive.length + 1000));
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    @Test
    void thePinnedArchiveIsUnpacked() throws Exception {
        Shell.Ran ran = shell().script(FETCH, pins("/jdk.tar.gz", digest()), folder.toString());
        assertThat(ran.exit()).as(ran.said()).isZero();
        assertThat(children(folder)).containsExactly("temurin-25.9.9+1");
        assertThat(folder.resolve("temurin-25.9.9+1/bin/javac")).isExecutable();
        assertThat(folder.resolve("temurin-25.9.9+1/release")).exists();
    }

    @Test
    void anArchiveWithAnotherDigestIsNotUnpacked() throws Exception {
        String other = "0".repeat(64);
        Shell.Ran ran = shell().script(FETCH, pins("/jdk.tar.gz", other), folder.toString());
        assertThat(ran.exit()).as(ran.said()).isNotZero();
        assertThat(ran.said()).contains("SHA-256 is " + digest() + ", expected " + other, "nothing was installed");
        assertThat(children(folder)).isEmpty();
    }

    @Test
    void anArchiveThatIsCutOffIsNotUnpacked() throws Exception {
        Shell.Ran ran = shell().script(FETCH, pins("/cut-off.tar.gz", digest()), folder.toString());
        assertThat(ran.exit()).as(ran.said()).isNotZero();
        assertThat(ran.said()).contains("broke off", "nothing was installed");
        assertThat(children(folder)).isEmpty();
    }

    @Test
    void withoutANetworkItSaysWhatToInstall() throws Exception {
        server.stop(0);
        Shell.Ran ran = shell().script(FETCH, pins("/jdk.tar.gz", digest()), folder.toString());
        assertThat(ran.exit()).as(ran.said()).isNotZero();
        assertThat(ran.said()).contains("no network", "Install a JDK 25 by hand", "set JAVA_HOME");
        assertThat(children(folder)).isEmpty();
    }

    @Test
    void nothingIsFetchedUnasked() throws Exception {
        String need = WITHOUT_JDK + "need_or_fetch_jdk \"$1\" \"$2\"";
        String pins = pins("/jdk.tar.gz", digest());
        Shell.Ran unasked = shell().script(need, pins, "no");
        assertThat(unasked.exit()).as(unasked.said()).isNotZero();
        assertThat(unasked.said()).contains("--fetch-jdk", "Temurin 25.9.9+1", "JAVA_HOME");
        assertThat(asked).hasValue(0);

        Shell.Ran wanted = shell().script(need, pins, "yes");
        assertThat(wanted.exit()).as(wanted.said()).isZero();
        assertThat(asked).hasValue(1);
        assertThat(userHome.resolve(".cache/sallyport/jdk/temurin-25.9.9+1/bin/javac"))
                .isExecutable();
    }

    @Test
    void bothProcessorsArePinned() throws Exception {
        List<String> pins = Files.readAllLines(Shell.file("bin/lib/jdk.pins")).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
        assertThat(pins).hasSize(2).allMatch(line -> line.matches("(x86_64|aarch64) 25\\S+ [0-9a-f]{64} https://\\S+"));
        assertThat(pins)
                .extracting(line -> line.substring(0, line.indexOf(' ')))
                .containsExactlyInAnyOrder("x86_64", "aarch64");
    }

    private Shell shell() {
        return new Shell(userHome);
    }

    private void answer(HttpExchange exchange, long announced) throws IOException {
        asked.incrementAndGet();
        exchange.sendResponseHeaders(200, announced);
        exchange.getResponseBody().write(archive);
        exchange.getResponseBody().flush();
        exchange.close();
    }

    private String pins(String path, String digest) throws Exception {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + path;
        String processor = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
        return Files.writeString(
                        temporary.resolve("pins"), "# one\n" + processor + " 25.9.9+1 " + digest + " " + url + "\n")
                .toString();
    }

    private String digest() throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    }

    private byte[] archive() throws Exception {
        Path jdk = Files.createDirectories(temporary.resolve("made/jdk-25.9.9+1/bin"));
        Files.writeString(jdk.resolve("javac"), "#!/bin/sh\n");
        assertThat(jdk.resolve("javac").toFile().setExecutable(true)).isTrue();
        Files.writeString(jdk.resolveSibling("release"), "JAVA_VERSION=\"25.9.9\"\n");
        Path file = temporary.resolve("made.tar.gz");
        // In the archives of the makers the first part of each name is the JDK's folder, without a dot before it.
        Shell.Ran named = new Shell(temporary)
                .run(
                        "",
                        List.of(
                                "tar",
                                "czf",
                                file.toString(),
                                "-C",
                                temporary.resolve("made").toString(),
                                "jdk-25.9.9+1"));
        assertThat(named.exit()).as(named.said()).isZero();
        return Files.readAllBytes(file);
    }

    private static List<String> children(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            all.forEach(path -> names.add(path.getFileName().toString()));
        }
        return names;
    }
}
