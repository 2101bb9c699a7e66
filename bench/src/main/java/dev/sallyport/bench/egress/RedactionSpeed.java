package dev.sallyport.bench.egress;

import dev.sallyport.bench.measure.Bar;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Floor;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.executor.secret.RedactingInput;
import dev.sallyport.executor.secret.SecretUnusableException;
import dev.sallyport.statements.predicate.SecretGrant;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * How fast what a tool writes loses four secrets in all their forms, against the same output read without looking. Both are
 * read from the program's pipe, as a node does.
 */
public final class RedactionSpeed implements Benchmark {
    private static final int BUFFER = 16 << 10;
    private static final double MEBIBYTE = 1 << 20;
    private static final double SECOND = 1e9;

    @Override
    public String name() {
        return "redaction";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        Path file = text(run.times(256, 4));
        try (CallSecrets secrets = secrets()) {
            pass(file, null);
            pass(file, secrets);
            double before = pass(file, null);
            double value = best(file, secrets, run.times(3, 1));
            double again = pass(file, null);
            return List.of(Row.judged(
                    "redaction of output",
                    value,
                    "MiB/s",
                    new Floor(before, again),
                    value / ((before + again) / 2),
                    Bar.atLeast(0.25)));
        } finally {
            Files.delete(file);
        }
    }

    private static CallSecrets secrets() throws SecretUnusableException {
        List<CallSecrets.Held> held = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            held.add(new CallSecrets.Held(
                    new SecretGrant("vault://w/key-" + number, 1, "pipe", List.of()),
                    ("a-token-of-usual-length-0123456789-" + number).getBytes(StandardCharsets.US_ASCII)));
        }
        return CallSecrets.of(held);
    }

    /** Words in lines, as programs write them. */
    private static Path text(int mebibytes) throws IOException {
        Random random = new Random(1);
        StringBuilder line = new StringBuilder();
        while (line.length() < MEBIBYTE) {
            for (int letter = 2 + random.nextInt(9); letter > 0; letter--) {
                line.append((char) ('a' + random.nextInt(26)));
            }
            line.append(random.nextInt(10) == 0 ? '\n' : ' ');
        }
        byte[] bytes = line.substring(0, (int) MEBIBYTE).getBytes(StandardCharsets.US_ASCII);
        Path file = Files.createTempFile("sallyport-bench", ".txt");
        try (var out = Files.newOutputStream(file)) {
            for (int count = 0; count < mebibytes; count++) {
                out.write(bytes);
            }
        }
        return file;
    }

    private static double best(Path file, CallSecrets secrets, int times) throws IOException {
        double best = 0;
        for (int count = 0; count < times; count++) {
            best = Math.max(best, pass(file, secrets));
        }
        return best;
    }

    private static double pass(Path file, @Nullable CallSecrets secrets) throws IOException {
        Process cat = Run.start(new ProcessBuilder("cat", file.toString()));
        byte[] buffer = new byte[BUFFER];
        long bytes = 0;
        long began = System.nanoTime();
        try (InputStream out = cat.getInputStream()) {
            InputStream from = secrets == null ? out : new RedactingInput(out, secrets.redaction());
            for (int count = from.read(buffer, 0, BUFFER); count >= 0; count = from.read(buffer, 0, BUFFER)) {
                bytes += count;
            }
        }
        return bytes / MEBIBYTE / ((System.nanoTime() - began) / SECOND);
    }
}
