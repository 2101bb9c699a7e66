package dev.sallyport.local.fleet;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The JVM's options for a part: a small heap, the serial collector, and once there is one the AOT cache (JEP 483, JEP
 * 514), which is bound to the JDK and the jar that it was trained with.
 */
final class JavaOptions {
    private static final int HEAP_MEBIBYTES = 288;
    /**
     * The share of the heap for new objects. Without a bound it is a third of the heap, and all of it is soon in use.
     */
    private static final int YOUNG_MEBIBYTES = 32;

    /**
     * Six times the JDK's defaults. Several JVMs start side by side, and most of what the second compiler would make of that
     * is used once.
     */
    private static final List<String> SECOND_COMPILER_LATER = List.of(
            "-XX:Tier4InvocationThreshold=30000",
            "-XX:Tier4MinInvocationThreshold=3600",
            "-XX:Tier4CompileThreshold=90000",
            "-XX:Tier4BackEdgeThreshold=240000");

    private final Path folder;

    JavaOptions(Path folder) {
        this.folder = folder;
    }

    List<String> running(Path jar) {
        List<String> options = common();
        if (isTrained(jar)) {
            options.add("-XX:AOTCache=" + cache(jar));
            // Where it was trained to be: a cache that is moved is patched page by page, and shared by nobody.
            options.add("-XX:+UnlockDiagnosticVMOptions");
            options.add("-XX:ArchiveRelocationMode=0");
            options.addAll(SECOND_COMPILER_LATER);
        } else {
            // Without the cache, the start waits for the compiler.
            options.add("-XX:TieredStopAtLevel=1");
        }
        return options;
    }

    List<String> training(Path jar) {
        List<String> options = common();
        options.add("-XX:AOTCacheOutput=" + fresh(jar));
        options.add("-Dspring.context.exit=onRefresh");
        return options;
    }

    boolean isTrained(Path jar) {
        return Files.exists(cache(jar));
    }

    /** Puts the cache of a finished training in force and removes those of earlier programs. */
    void keep(Path jar) throws IOException {
        if (!Files.exists(fresh(jar))) {
            return;
        }
        try (DirectoryStream<Path> old = Files.newDirectoryStream(folder, "*.aot*")) {
            for (Path cache : old) {
                if (!cache.equals(fresh(jar))) {
                    Files.delete(cache);
                }
            }
        }
        Files.move(fresh(jar), cache(jar), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path cache(Path jar) {
        return folder.resolve(version(jar) + ".aot");
    }

    private Path fresh(Path jar) {
        return folder.resolve(version(jar) + ".aot.new");
    }

    /** The unpacked folder's name ends with the jar's checksum. */
    private static String version(Path jar) {
        return jar.getName(jar.getNameCount() - 2).toString();
    }

    private List<String> common() {
        return new ArrayList<>(List.of(
                "-Xmx" + HEAP_MEBIBYTES + "m",
                "-Xmn" + YOUNG_MEBIBYTES + "m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                // Keys and secrets are in memory: it becomes no file, and nobody attaches to it.
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+DisableAttachMechanism",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + folder.resolve("tmp")));
    }
}
