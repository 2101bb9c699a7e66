package dev.sallyport.local.fleet;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The AOT caches (JEP 483, JEP 514) of one process, in its own folder. A cache is bound to the JDK, the jar and the JVM's
 * options that it was trained with; a JVM that cannot use it says so and runs without.
 */
final class AotCaches {
    private final Path folder;

    AotCaches(Path folder) {
        this.folder = folder;
    }

    /** The best that there is for that jar. */
    Training best(Path jar) {
        return Stream.of(Training.CALLS, Training.START)
                .filter(training -> Files.exists(file(jar, training)))
                .findFirst()
                .orElse(Training.NONE);
    }

    /** Options of a JVM that runs on the best cache; none where there is none. */
    List<String> using(Path jar) {
        Training best = best(jar);
        return best == Training.NONE
                ? List.of()
                : List.of(
                        "-XX:AOTCache=" + file(jar, best),
                        // Where it was trained to be: a cache that is moved is patched page by page, and shared by
                        // nobody.
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:ArchiveRelocationMode=0");
    }

    /** Options of a JVM that writes such a cache when it ends. */
    List<String> recording(Path jar, Training training) {
        return List.of("-XX:AOTCacheOutput=" + fresh(folder, jar, training));
    }

    /**
     * Puts the cache of a finished training in force and removes all others.
     *
     * @param recorded the folder of the process that was trained
     * @return whether there is a new one
     */
    boolean keep(Path jar, Training training, Path recorded) throws IOException {
        Path fresh = fresh(recorded, jar, training);
        if (!Files.exists(fresh)) {
            return false;
        }
        // Renamed, never read: what lies there belongs to the process's user.
        Files.move(fresh, file(jar, training), StandardCopyOption.ATOMIC_MOVE);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.aot*")) {
            for (Path cache : all) {
                if (!cache.equals(file(jar, training))) {
                    Files.delete(cache);
                }
            }
        }
        return true;
    }

    /** Where the cache of that kind lies, or would lie. */
    Path file(Path jar, Training training) {
        return folder.resolve(name(jar, training));
    }

    private static Path fresh(Path folder, Path jar, Training training) {
        return folder.resolve(name(jar, training) + ".new");
    }

    /** The unpacked folder's name ends with the jar's checksum. Another JDK cannot use the cache. */
    private static String name(Path jar, Training training) {
        return jar.getName(jar.getNameCount() - 2) + ".jdk-" + Runtime.version() + "." + training.id() + ".aot";
    }
}
