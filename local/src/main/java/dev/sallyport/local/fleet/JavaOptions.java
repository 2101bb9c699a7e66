package dev.sallyport.local.fleet;

import dev.sallyport.local.home.Part;
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

    private static final List<String> FIRST_COMPILER_ALONE = List.of("-XX:TieredStopAtLevel=1");

    /** Six times the JDK's defaults: the cache knows which code calls use, and the rest of a start is used once. */
    private static final List<String> SECOND_COMPILER_LATE = List.of(
            "-XX:Tier4InvocationThreshold=30000",
            "-XX:Tier4MinInvocationThreshold=3600",
            "-XX:Tier4CompileThreshold=90000",
            "-XX:Tier4BackEdgeThreshold=240000");

    private final Part part;
    private final Path folder;
    private final AotCaches caches;

    /**
     * For a process of that part.
     *
     * @param folder its own
     */
    JavaOptions(Part part, Path folder) {
        this.part = part;
        this.folder = folder;
        this.caches = new AotCaches(folder);
    }

    List<String> running(Path jar) {
        List<String> options = common();
        options.addAll(caches.using(jar));
        options.addAll(compilers(part, caches.best(jar)));
        return options;
    }

    /** How the compilers of that part's JVM work beside a cache of that kind. */
    static List<String> compilers(Part part, Training cache) {
        // Both compilers make three times as much code, and what counts its own uses for the second one is slower until
        // that one is done, which takes a busy machine longer than most fleets of one machine are up.
        return cache != Training.CALLS || part == Part.VAULT ? FIRST_COMPILER_ALONE : SECOND_COMPILER_LATE;
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
        options.addAll(FIRST_COMPILER_ALONE);
        options.add("-Dspring.context.exit=onRefresh");
        return options;
    }

    private List<String> common() {
        return new ArrayList<>(List.of(
                "-Xmx" + HEAP_MEBIBYTES + "m",
                "-Xmn" + YOUNG_MEBIBYTES + "m",
                // The first classes need no collection to find that they are all in use.
                "-XX:MetaspaceSize=192m",
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
