package dev.sallyport.bench.code;

import dev.sallyport.bench.measure.Bar;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Floor;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Records taken in as from Kafka, checked entirely (signature, chain, role, schema, links, details), appended to the
 * tree and committed, against a batched insert of the same bytes into a table of the same form. In a JVM of its own,
 * set up as the fleet sets up a service's.
 */
public final class LedgerAppend implements Benchmark {
    /** Their configuration files have the same names as attestation-service's. */
    private static final List<String> OTHER_SERVICES = List.of("policy-service-", "executor-service-");

    @Override
    public String name() {
        return "ledger-append";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        Path results = Files.createTempFile("sallyport-bench", ".txt");
        Path log = Files.createTempFile("sallyport-bench", ".log");
        try {
            String classPath = Arrays.stream(
                            System.getProperty("java.class.path").split(File.pathSeparator, -1))
                    .filter(entry -> OTHER_SERVICES.stream()
                            .noneMatch(Path.of(entry).getFileName().toString()::startsWith))
                    .collect(Collectors.joining(File.pathSeparator));
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx288m",
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow"));
            String more = System.getenv("SALLYPORT_BENCH_LEDGER_OPTS");
            if (more != null && !more.isBlank()) {
                command.addAll(List.of(more.split(" ", -1)));
            }
            command.addAll(List.of("-cp", classPath, LedgerProcess.class.getName()));
            command.add(Boolean.toString(run.quick()));
            command.add(results.toString());
            Process process = Run.start(
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()));
            if (!process.waitFor(20, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException("the ledger's process failed:\n" + Files.readString(log));
            }
            double[] figures = Arrays.stream(Files.readString(results).strip().split(" ", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            run.progress(
                    String.format("appended %.0f/s; bare %.0f/s, again %.0f/s", figures[0], figures[1], figures[2]));
            return List.of(Row.judged(
                    "ledger append, signatures verified",
                    figures[0],
                    "leaves/s",
                    new Floor(figures[1], figures[2]),
                    figures[3],
                    Bar.atLeast(0.1)));
        } finally {
            Files.deleteIfExists(results);
            Files.deleteIfExists(log);
        }
    }
}
