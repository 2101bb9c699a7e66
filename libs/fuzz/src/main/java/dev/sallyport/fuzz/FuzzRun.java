package dev.sallyport.fuzz;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One run of a target, on a thread of its own. Inputs that are refused in a new way become material for others. */
final class FuzzRun implements Runnable {
    private static final int MOST_FINDINGS = 10;
    private static final int MOST_MATERIAL = 4_000;
    private static final long SHRINKING_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int SHOWN_BYTES = 400;

    private final Fuzz fuzz;
    private final Fuzz.Target target;
    private final @Nullable Integer seconds;
    private final SplittableRandom random;
    private final List<byte[]> material = new ArrayList<>();
    private final Set<String> ways = new HashSet<>();
    private final Map<String, String> findings = new TreeMap<>();
    private final AtomicLong inputs = new AtomicLong();
    private long accepted;
    private long refused;
    private final long began = System.nanoTime();
    private volatile @Nullable Current current;

    /** What is being read: the input, and the CPU time and the time (both ns) at which it began. */
    private static final class Current {
        private final byte[] input;
        private final long number;
        private final long cpu = Meter.cpu(Thread.currentThread());
        private final long since = System.nanoTime();

        Current(byte[] input, long number) {
            this.input = input;
            this.number = number;
        }
    }

    FuzzRun(Fuzz fuzz, Fuzz.Target target, long seed, @Nullable Integer seconds) {
        this.fuzz = fuzz;
        this.target = target;
        this.seconds = seconds;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public void run() {
        for (byte[] sample : fuzz.samples()) {
            Verdict first = read(sample);
            // What the first reading takes for loading classes, the second does not.
            Verdict verdict = first.kind() == Verdict.Kind.FINDING ? read(sample) : first;
            if (verdict.kind() != Verdict.Kind.ACCEPTED) {
                find("a good sample is not accepted: " + verdict.way(), verdict, sample);
                return;
            }
            material.add(sample);
        }
        RegressionSamples.of(fuzz.name()).forEach((file, input) -> judge(input, "regression sample " + file + ": "));
        Mutator mutator = fuzz.mutator(random);
        while (findings.size() < MOST_FINDINGS && goesOn()) {
            judge(mutator.mutate(pick(), pick()), "");
        }
        current = null;
    }

    private boolean goesOn() {
        return seconds == null
                ? inputs.get() < fuzz.rounds()
                : System.nanoTime() - began < TimeUnit.SECONDS.toNanos(seconds);
    }

    private byte[] pick() {
        int good = fuzz.samples().size();
        return material.get(random.nextInt(random.nextInt(3) == 0 ? good : material.size()));
    }

    private void judge(byte[] input, String origin) {
        Verdict verdict = read(input);
        if (ways.add(verdict.way()) && material.size() < MOST_MATERIAL) {
            material.add(input);
        }
        switch (verdict.kind()) {
            case ACCEPTED -> accepted++;
            case REFUSED -> refused++;
            case FINDING -> {
                if (!findings.containsKey(verdict.way())) {
                    find(origin + verdict.way(), verdict, origin.isEmpty() ? shrink(input, verdict.way()) : input);
                }
            }
        }
    }

    private Verdict read(byte[] input) {
        current = new Current(input, inputs.incrementAndGet());
        long before = Meter.allocated();
        Verdict verdict;
        try {
            target.read(input.clone());
            verdict = Verdict.accepted();
        } catch (Throwable thrown) { // Errors are what is looked for.
            verdict = Verdict.of(thrown, fuzz.refusals());
        }
        long used = Meter.allocated() - before;
        if (used > fuzz.allowed(input) && verdict.kind() != Verdict.Kind.FINDING) {
            return new Verdict(
                    Verdict.Kind.FINDING,
                    "allocated too much, " + verdict.way(),
                    new AssertionError("an input of " + input.length + " bytes took " + used + " bytes of memory"));
        }
        return verdict;
    }

    /** Leaves out parts as long as the finding stays the same. */
    private byte[] shrink(byte[] input, String way) {
        byte[] smallest = input;
        long deadline = System.nanoTime() + SHRINKING_NANOS;
        for (int part = Math.max(1, input.length / 2); part > 0; part /= 2) {
            for (int at = 0; at + part <= smallest.length && System.nanoTime() - deadline < 0; ) {
                byte[] without = Pieces.replace(smallest, at, at + part, new byte[0]);
                if (read(without).way().equals(way)) {
                    smallest = without;
                } else {
                    at += part;
                }
            }
        }
        return smallest;
    }

    private void find(String what, Verdict verdict, byte[] input) {
        StringWriter trace = new StringWriter();
        if (verdict.thrown() != null) {
            verdict.thrown().printStackTrace(new PrintWriter(trace));
        }
        String text = trace.toString();
        findings.put(verdict.way(), describe(what, input) + text.substring(0, Math.min(text.length(), 4_000)));
    }

    private String describe(String what, byte[] input) {
        return "\n" + what + "\n  input of " + input.length + " bytes, kept in "
                + RegressionSamples.keep(fuzz.name(), input) + ":\n  "
                + new String(
                        Arrays.copyOf(input, Math.min(SHOWN_BYTES, input.length)),
                        java.nio.charset.StandardCharsets.ISO_8859_1)
                + "\n";
    }

    /** What to say when the input in hand takes too long; null as long as it does not. */
    @Nullable
    String stuck(Thread worker) {
        Current now = current;
        if (now == null) {
            return null;
        }
        long cpu = Meter.cpu(worker) - now.cpu;
        long waited = System.nanoTime() - now.since;
        if (now.number != inputs.get()
                || (cpu < TimeUnit.SECONDS.toNanos(Fuzz.CPU_SECONDS)
                        && waited < TimeUnit.SECONDS.toNanos(Fuzz.STUCK_SECONDS))) {
            return null;
        }
        StringBuilder stack = new StringBuilder(
                describe("hangs: " + Duration.ofNanos(cpu).toMillis() + " ms of CPU time so far", now.input));
        for (StackTraceElement frame : worker.getStackTrace()) {
            stack.append("    at ").append(frame).append('\n');
        }
        return stack.toString();
    }

    String report() {
        return String.join("", findings.values());
    }

    Tally tally() {
        return new Tally(inputs.get(), accepted, refused, ways.size());
    }

    String summary() {
        return inputs.get() + " inputs, " + accepted + " accepted, " + refused + " refused in " + ways.size()
                + " ways, " + findings.size() + " findings, "
                + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms";
    }
}
