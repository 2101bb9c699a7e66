package dev.sallyport.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Feeds one parser with hostile input made from good samples.
 *
 * <p>Without further ado a fixed number of inputs from a fixed seed, the same in every run. With the system property
 * {@code fuzz.seconds} each target runs that long (seconds of wall-clock time) from a fresh seed, which is printed and can
 * be given again as {@code fuzz.seed}.
 *
 * <p>What counts as a finding: any throwable but the declared refusals, among them a failed assertion of the target, a
 * {@link StackOverflowError} (the stack has half of the usual size) and an {@link OutOfMemoryError}; more memory allocated
 * than {@link #work} allows; more than {@value #CPU_SECONDS} s of CPU time or {@value #STUCK_SECONDS} s of waiting for one
 * input. Findings are made small, written to {@code target/fuzz/<target>/}, and belong into
 * {@code src/test/resources/fuzz/<target>/} under a name that says what was wrong: from there they run first, every time.
 */
public final class Fuzz {
    /** CPU time in seconds that no input may use up. */
    public static final int CPU_SECONDS = 20;

    /** Seconds after which an input counts as stuck although it uses no CPU. */
    public static final int STUCK_SECONDS = 300;

    private static final int STACK_BYTES = 512 * 1024;
    private static final int FIXED_SEED = 20261121;

    private final String name;
    private final List<byte[]> samples = new ArrayList<>();
    private final List<byte[]> dictionary = new ArrayList<>();
    private final List<Class<? extends Exception>> refusals = new ArrayList<>();
    private int rounds = 2_000;
    private int longest = 64 * 1024;
    private long fixedWork = 16L << 20;
    private long workPerByte = 1_000;

    /** Something that reads hostile bytes. */
    @FunctionalInterface
    public interface Target {
        /**
         * Reads the input and asserts what must hold once it is accepted.
         *
         * @throws Exception a declared refusal; anything else is a finding
         */
        void read(byte[] input) throws Exception;
    }

    private Fuzz(String name) {
        this.name = name;
    }

    /** A target of this name, which is also the folder of its regression samples. */
    public static Fuzz target(String name) {
        return new Fuzz(name);
    }

    /** Good inputs, which the target must accept; at least one. */
    public Fuzz samples(byte[]... good) {
        samples.addAll(Arrays.asList(good));
        return this;
    }

    /** Good inputs as UTF-8. */
    public Fuzz samples(String... good) {
        for (String sample : good) {
            samples.add(Hostile.utf8(sample));
        }
        return this;
    }

    /** Words of the format. */
    public Fuzz words(String... words) {
        for (String word : words) {
            dictionary.add(Hostile.utf8(word));
        }
        return this;
    }

    /** What the parser declares to throw for what it refuses; may be said again for another. */
    public Fuzz refusing(Class<? extends Exception> declared) {
        refusals.add(declared);
        return this;
    }

    /** Inputs of the brief form; 2,000 unless told. */
    public Fuzz rounds(int inputs) {
        rounds = inputs;
        return this;
    }

    /** Length of the longest input in bytes; 64 KiB unless told. */
    public Fuzz longest(int bytes) {
        longest = bytes;
        return this;
    }

    /** Bytes that reading one input may allocate: a fixed part and one per byte; 16 MiB and 1,000 unless told. */
    public Fuzz work(long fixed, long perByte) {
        fixedWork = fixed;
        workPerByte = perByte;
        return this;
    }

    /** Runs; an {@link AssertionError} lists every finding. Prints one line on what was done. */
    public Tally run(Target target) {
        assertTrue(!samples.isEmpty(), "a target needs a good sample");
        Integer seconds = Integer.getInteger("fuzz.seconds");
        long seed = Long.getLong("fuzz.seed", seconds == null ? FIXED_SEED : new Random().nextLong());
        FuzzRun run = new FuzzRun(this, target, seed, seconds);
        Thread worker = Thread.ofPlatform()
                .name("fuzz-" + name)
                .daemon(true)
                .stackSize(STACK_BYTES)
                .inheritInheritableThreadLocals(false)
                .unstarted(run);
        worker.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        worker.start();
        String stuck = watch(worker, run);
        System.out.println("fuzz " + name + ": seed " + seed + ", " + run.summary());
        String report = run.report() + (stuck == null ? "" : stuck);
        assertEquals("", report, "fuzz " + name + ", seed " + seed);
        return run.tally();
    }

    private static @Nullable String watch(Thread worker, FuzzRun run) {
        try {
            while (!worker.join(java.time.Duration.ofMillis(500))) {
                String stuck = run.stuck(worker);
                if (stuck != null) {
                    return stuck;
                }
            }
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String name() {
        return name;
    }

    List<byte[]> samples() {
        return samples;
    }

    List<Class<? extends Exception>> refusals() {
        return refusals;
    }

    int rounds() {
        return rounds;
    }

    long allowed(byte[] input) {
        return fixedWork + workPerByte * input.length;
    }

    Mutator mutator(SplittableRandom random) {
        return new Mutator(random, dictionary, longest);
    }
}
