package dev.sallyport.bench.measure;

import dev.sallyport.embedded.OsUser;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes commands that run a class of these benchmarks as the node of the fleet on one machine does: as its unprivileged
 * user, where the benchmarks themselves were started as root.
 */
public final class NodeUsersJava {
    /** The user that the node of the fleet on one machine runs as when the fleet is started as root. */
    private static final String NODE_USER = "sallyport-node";

    /** The part of the class path that starting tools needs. Another user may not be able to read the original. */
    private static final List<String> NEEDED = List.of(
            "classes",
            "sallyport-bench",
            "executor-service",
            "statements",
            "embedded",
            "HdrHistogram",
            "jspecify",
            "arguments",
            "jackson",
            "java-json-canonicalization",
            "slf4j-api",
            "bcprov");

    private final String classPath;

    /** Copies what is needed into a folder that everybody can read. */
    public NodeUsersJava(Path folder) throws IOException {
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path from = Path.of(entry);
            if (NEEDED.stream().anyMatch(from.getFileName().toString()::startsWith)) {
                Path to = folder.resolve(copies.size() + "-" + from.getFileName());
                copy(from, to);
                copies.add(to.toString());
            }
        }
        classPath = String.join(File.pathSeparator, copies);
    }

    /** The node's user; {@link IllegalStateException} where {@code bin/run} and {@code bench/run} have not made it. */
    public static OsUser user() throws IOException {
        return OsUser.named(NODE_USER)
                .orElseThrow(() -> new IllegalStateException("there is no user " + NODE_USER + ": use bench/run"));
    }

    /** The command that runs a class with these arguments, as that user or, with null, as the present one. */
    public List<String> command(@Nullable OsUser user, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (user != null) {
            command.addAll(List.of(
                    "setpriv",
                    "--reuid=" + user.uid(),
                    "--regid=" + user.gid(),
                    "--clear-groups",
                    "--inh-caps=-all",
                    "--bounding-set=-all",
                    "--"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                main.getName()));
        command.addAll(arguments);
        return command;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }
}
