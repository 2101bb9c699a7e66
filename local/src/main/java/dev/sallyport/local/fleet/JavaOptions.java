package dev.sallyport.local.fleet;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The JVM's options for a part: a small heap, the serial collector, and once there is one its AOT cache. */
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
    private final AotCaches caches;

    JavaOptions(Path folder) {
        this.folder = folder;
        this.caches = new AotCaches(folder);
    }

    List<String> running(Path jar) {
        List<String> options = common();
        List<String> cache = caches.using(jar);
        options.addAll(cache);
        if (cache.isEmpty()) {
            // Without the cache, the start waits for the compiler.
            options.add("-XX:TieredStopAtLevel=1");
        } else {
            options.addAll(SECOND_COMPILER_LATER);
        }
        return options;
    }

    /** Of a process that works until it is told to stop, and then writes a cache. */
    List<String> recording(Path jar) {
        List<String> options = common();
        options.addAll(caches.recording(jar, Training.CALLS));
        return options;
    }

    /** Of a process that writes a cache once it is assembled, and ends. */
    List<String> training(Path jar) {
        List<String> options = common();
        options.addAll(caches.recording(jar, Training.START));
        options.add("-Dspring.context.exit=onRefresh");
        return options;
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
