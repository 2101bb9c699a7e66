package dev.sallyport.bench.code;

import dev.sallyport.bench.measure.Bar;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Floor;
import dev.sallyport.bench.measure.NodeUsersJava;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import dev.sallyport.embedded.FolderRemoval;
import dev.sallyport.embedded.OsUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cold calls in tiers B and C, from the plan to the result, with their proof from the kernel, against the bare start of
 * the same program by Java, and calls whose sandbox waited for them. Judged as the fleet's node runs it, unprivileged; started as root also as a privileged node
 * does it, which joins cgroups and gives the tool a uid of its own.
 */
public final class TierCold implements Benchmark {
    @Override
    public String name() {
        return "tier-cold";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        Path base = Files.createTempDirectory(
                "sallyport-bench", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try {
            NodeUsersJava java = new NodeUsersJava(Files.createDirectory(base.resolve("lib")));
            if (!OsUser.current().isRoot()) {
                return judged(measured(run, java, Files.createDirectory(base.resolve("own")), null));
            }
            OsUser node = NodeUsersJava.user();
            double[] unprivileged = measured(run, java, Files.createDirectory(base.resolve("unprivileged")), node);
            double[] privileged = measured(run, java, Files.createDirectory(base.resolve("privileged")), null);
            Floor floor = new Floor(privileged[1], privileged[2]);
            List<Row> rows = new ArrayList<>(judged(unprivileged));
            rows.add(Row.beside("tier C cold as root with cgroups, p50", privileged[0], "ms", floor));
            rows.add(Row.beside("tier B cold as root with cgroups, p50", privileged[3], "ms", floor));
            rows.add(Row.beside("tier C ready as root with cgroups, p50", privileged[4], "ms", floor));
            rows.add(Row.beside("tier B ready as root with cgroups, p50", privileged[5], "ms", floor));
            return rows;
        } finally {
            FolderRemoval.remove(base);
        }
    }

    private static List<Row> judged(double[] figures) {
        Floor floor = new Floor(figures[1], figures[2]);
        return List.of(
                Row.judged("tier C cold, p50", figures[0], "ms", floor, Bar.atMost(3.5)),
                Row.judged("tier B cold, p50", figures[3], "ms", floor, Bar.atMost(1.5)),
                Row.judged("tier C ready, p50", figures[4], "ms", floor, Bar.atMost(1.2)),
                Row.judged("tier B ready, p50", figures[5], "ms", floor, Bar.atMost(1.2)));
    }

    private static double[] measured(Run run, NodeUsersJava java, Path own, @Nullable OsUser user)
            throws IOException, InterruptedException {
        if (user != null) {
            user.own(own);
        }
        Path results = own.resolve("results");
        List<String> command = java.command(
                user,
                TierProcess.class,
                List.of(
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
}
