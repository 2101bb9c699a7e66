package dev.sallyport.bench.code;

import dev.sallyport.bench.measure.Bar;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Floor;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import dev.sallyport.embedded.FolderRemoval;
import dev.sallyport.embedded.OsUser;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cold call in tier C, from the plan to the result, with its proof from the kernel, against the bare start of the
 * same program by Java. Judged as the fleet's node runs it, unprivileged; started as root also as a privileged node
 * does it, which joins cgroups and gives the tool a uid of its own.
 */
public final class TierCold implements Benchmark {
    /** The user that the node of the fleet on one machine runs as when the fleet is started as root. */
    private static final String NODE_USER = "sallyport-node";

    /** The part of the class path that {@link TierProcess} needs. Another user may not be able to read the original. */
    private static final List<String> NEEDED = List.of(
            "classes", "sallyport-bench", "executor-service", "statements", "embedded", "HdrHistogram", "jspecify");

    @Override
    public String name() {
        return "tier-cold";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        Path base = Files.createTempDirectory(
                "sallyport-bench", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try {
            String classPath = copiedTo(Files.createDirectory(base.resolve("lib")));
            if (!OsUser.current().isRoot()) {
                return List.of(judged(measured(run, classPath, Files.createDirectory(base.resolve("own")), null)));
            }
            OsUser node = OsUser.named(NODE_USER)
                    .orElseThrow(() -> new IllegalStateException("there is no user " + NODE_USER + ": use bench/run"));
            double[] unprivileged = measured(run, classPath, Files.createDirectory(base.resolve("unprivileged")), node);
            double[] privileged = measured(run, classPath, Files.createDirectory(base.resolve("privileged")), null);
            return List.of(
                    judged(unprivileged),
                    Row.beside(
                            "tier C cold as root with cgroups, p50",
                            privileged[0],
                            "ms",
                            new Floor(privileged[1], privileged[2])));
        } finally {
            FolderRemoval.remove(base);
        }
    }

    private static Row judged(double[] figures) {
        return Row.judged("tier C cold, p50", figures[0], "ms", new Floor(figures[1], figures[2]), Bar.atMost(4.5));
    }

    private static double[] measured(Run run, String classPath, Path own, @Nullable OsUser user)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (user != null) {
            user.own(own);
            command.addAll(List.of(
                    "setpriv",
                    "--reuid=" + user.uid(),
                    "--regid=" + user.gid(),
                    "--clear-groups",
                    "--inh-caps=-all",
                    "--"));
        }
        Path results = own.resolve("results");
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                TierProcess.class.getName(),
                Integer.toString(run.times(150, 2)),
                Integer.toString(run.times(300, 4)),
                own.toString(),
                results.toString()));
        Process process =
                Run.start(new ProcessBuilder(command).directory(own.toFile()).redirectErrorStream(true));
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("the sandbox's process failed:\n" + said);
        }
        said.lines().forEach(run::progress);
        return Arrays.stream(Files.readString(results).strip().split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    private static String copiedTo(Path folder) throws IOException {
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path from = Path.of(entry);
            if (NEEDED.stream().anyMatch(from.getFileName().toString()::startsWith)) {
                Path to = folder.resolve(copies.size() + "-" + from.getFileName());
                copy(from, to);
                copies.add(to.toString());
            }
        }
        return String.join(File.pathSeparator, copies);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }
}
