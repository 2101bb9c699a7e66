package dev.sallyport.bench.node;

import dev.sallyport.bench.measure.Bar;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Floor;
import dev.sallyport.bench.measure.NodeUsersJava;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import dev.sallyport.embedded.FolderRemoval;
import dev.sallyport.embedded.OsUser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a node's tool does with many calls: from the arguments to the result in tier C, four at once, as the fleet's node
 * runs them, unprivileged. What comes before and after, the claim and the signed result, is part of {@code bench/run
 * fleet}.
 */
public final class NodeCalls implements Benchmark {
    @Override
    public String name() {
        return "node-calls";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        Path base = Files.createTempDirectory(
                "sallyport-bench", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try {
            NodeUsersJava java = new NodeUsersJava(Files.createDirectory(base.resolve("lib")));
            OsUser user = OsUser.current().isRoot() ? NodeUsersJava.user() : null;
            Path own = Files.createDirectory(base.resolve("own"));
            if (user != null) {
                user.own(own);
            }
            Path results = own.resolve("results");
            List<String> command = java.command(
                    user,
                    NodeProcess.class,
                    List.of(
                            Integer.toString(run.times(15, 1)),
                            Integer.toString(run.times(10_000, 20)),
                            Integer.toString(run.times(50, 2)),
                            own.toString(),
                            results.toString()));
            Process process = Run.start(
                    new ProcessBuilder(command).directory(own.toFile()).redirectErrorStream(true));
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException("the node's process failed:\n" + said);
            }
            said.lines().forEach(run::progress);
            return rows(Arrays.stream(Files.readString(results).strip().split(" ", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray());
        } finally {
            FolderRemoval.remove(base);
        }
    }

    private static List<Row> rows(double[] figures) {
        return List.of(
                Row.judged(
                        "calls of true through one node's tool",
                        figures[1],
                        "/s",
                        new Floor(figures[0], figures[2]),
                        Bar.atLeast(0.5)),
                Row.judged(
                        "heap after 10,000 calls, beside 1,000",
                        figures[4],
                        "MB",
                        new Floor(figures[3], figures[3]),
                        Bar.atMost(1.2)),
                Row.judged(
                        "open descriptors after 10,000 calls, beside 1,000",
                        figures[6],
                        "",
                        new Floor(figures[5], figures[5]),
                        Bar.atMost(1.1)),
                Row.absolute("beyond a deadline of 300 ms, p50", figures[7], "ms"),
                Row.absolute("beyond a deadline of 300 ms, longest", figures[8], "ms"),
                Row.beside(
                        "3 MB of output with three secrets to redact, p50",
                        figures[10],
                        "ms",
                        new Floor(figures[9], figures[9])));
    }
}
