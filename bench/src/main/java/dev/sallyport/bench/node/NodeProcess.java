package dev.sallyport.bench.node;

import dev.sallyport.bench.load.Latencies;
import dev.sallyport.executor.egress.EgressTerms;
import dev.sallyport.executor.egress.Gateway;
import dev.sallyport.executor.egress.Wire;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.process.ExecutableStore;
import dev.sallyport.executor.process.InterpreterDenylist;
import dev.sallyport.executor.process.SandboxProcessRunnerPolicy;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.linux.HostInspection;
import dev.sallyport.executor.sandbox.linux.LinuxSandboxHost;
import dev.sallyport.executor.sandbox.linux.ready.ReadyTerms;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.executor.tool.ProcessRunTool;
import dev.sallyport.executor.tool.ToolCall;
import dev.sallyport.executor.tool.ToolIdentity;
import dev.sallyport.executor.tool.ToolResult;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.PermittedProgram;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Calls of {@code process.run} as a node's tool runs them, several at once, and bare starts of the same program. */
final class NodeProcess {
    private static final Digest SOME = Digest.of(new byte[0]);
    private static final int AT_ONCE = 4;
    private static final int WALL_MILLIS = 300;
    private static final int OUTPUT = 3 << 20;
    private static final int UNPRIVILEGED = 64_903;
    private static final Limits LIMITS = limits(30_000);

    private final Path workspace;
    private final SandboxProcessRunnerPolicy policy;
    private final Sandbox sandbox;
    private final Gateway gateway;

    private NodeProcess(Path base) throws IOException, InterruptedException {
        ToolUser user = HostInspection.ownUid() == 0 ? new ToolUser(UNPRIVILEGED, UNPRIVILEGED) : null;
        workspace = Files.createDirectory(base.resolve("workspace"));
        if (user != null) {
            Platform.current().give(workspace, user);
        }
        policy = new SandboxProcessRunnerPolicy(
                new ExecutableStore(
                        Platform.current(),
                        Map.of("true", "/usr/bin/true", "cat", "/usr/bin/cat", "tail", "/usr/bin/tail"),
                        base.resolve("executables")),
                new InterpreterDenylist(List.of()),
                Set.of());
        LinuxSandboxHost host = new LinuxSandboxHost(
                Files.createDirectory(base.resolve("sandbox")),
                Path.of("/usr/bin/bwrap"),
                user,
                Clock.systemUTC(),
                new ReadyTerms(3, AT_ONCE + 1, Duration.ofMinutes(1)),
                List.of());
        sandbox = host.probes().getFirst().open();
        gateway = new Gateway(
                EgressTerms.DEFAULT, Wire.ofThisMachine(), _ -> true, base.resolve("egress"), user, Clock.systemUTC());
    }

    private static Limits limits(long wallMillis) {
        return new Limits(wallMillis, 20_000, 256L << 20, 8L << 20, 64, 256, 64L << 20, 256L << 20);
    }

    /** Arguments: seconds of a phase, calls for the memory, rounds of the rest, an own folder, and the results' file. */
    public static void main(String... arguments) throws Exception {
        long seconds = Long.parseLong(arguments[0]);
        int calls = Integer.parseInt(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        NodeProcess node = new NodeProcess(Path.of(arguments[3]));
        try {
            Files.writeString(Path.of(arguments[4]), node.figures(seconds, calls, rounds));
        } finally {
            node.sandbox.close();
        }
    }

    private String figures(long seconds, int calls, int rounds) throws Exception {
        rate(Math.max(1, seconds / 5), () -> run("true", List.of(), LIMITS, CallSecrets.NONE));
        double before = rate(seconds, NodeProcess::bare);
        double node = rate(seconds, () -> run("true", List.of(), LIMITS, CallSecrets.NONE));
        double again = rate(seconds, NodeProcess::bare);
        System.out.printf("bare %.1f/s, node %.1f/s, bare again %.1f/s%n", before, node, again);

        double[] memory = memory(calls);
        System.out.printf(
                "heap %.1f MB, then %.1f MB; descriptors %.0f, then %.0f%n",
                memory[0], memory[1], memory[2], memory[3]);

        Latencies overshoot = new Latencies();
        for (int round = 0; round < rounds; round++) {
            long begin = System.nanoTime();
            ToolResult result = result("tail", List.of("-f", "/dev/null"), limits(WALL_MILLIS), CallSecrets.NONE);
            overshoot.add(System.nanoTime() - begin - TimeUnit.MILLISECONDS.toNanos(WALL_MILLIS));
            must(result, CallOutcome.TIMED_OUT);
        }
        System.out.println("beyond the deadline: " + overshoot);

        Files.write(
                workspace.resolve("text"),
                "the quick brown fox jumps over it ".repeat(OUTPUT / 34).getBytes(StandardCharsets.US_ASCII));
        Latencies plain = new Latencies();
        Latencies redacted = new Latencies();
        CallSecrets secrets = secrets();
        for (int round = 0; round < rounds; round++) {
            plain.add(timed(() -> run("cat", List.of("text"), LIMITS, CallSecrets.NONE)));
            redacted.add(timed(() -> run("cat", List.of("text"), LIMITS, secrets)));
        }
        System.out.println("3 MB of output: " + plain + "; without secrets in it: " + redacted);
        return Stream.of(
                        before,
                        node,
                        again,
                        memory[0],
                        memory[1],
                        memory[2],
                        memory[3],
                        overshoot.millis(50),
                        overshoot.millis(100),
                        plain.millis(50),
                        redacted.millis(50))
                .map(Object::toString)
                .collect(Collectors.joining(" "));
    }

    private static CallSecrets secrets() throws Exception {
        List<CallSecrets.Held> held = new ArrayList<>();
        for (String name : List.of("one", "two", "three")) {
            held.add(new CallSecrets.Held(
                    grant(name), ("a value of the secret " + name).getBytes(StandardCharsets.UTF_8)));
        }
        return CallSecrets.of(held);
    }

    private static SecretGrant grant(String name) {
        return new SecretGrant("vault://default/" + name, 1, "env", List.of());
    }

    private static long timed(Callable<?> what) throws Exception {
        long begin = System.nanoTime();
        what.call();
        return System.nanoTime() - begin;
    }

    /** How many in a second, several at once. */
    private static double rate(long seconds, Callable<?> what) throws Exception {
        AtomicInteger done = new AtomicInteger();
        long begin = System.nanoTime();
        long end = begin + TimeUnit.SECONDS.toNanos(seconds);
        together(() -> {
            while (System.nanoTime() < end) {
                what.call();
                done.incrementAndGet();
            }
            return done;
        });
        return done.get() * 1e9 / (System.nanoTime() - begin);
    }

    private static void together(Callable<?> what) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<?>> running = new ArrayList<>();
            for (int each = 0; each < AT_ONCE; each++) {
                running.add(threads.submit(what));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
    }

    /** Heap in MB and open descriptors after a tenth of so many calls, and after all of them. */
    private double[] memory(int calls) throws Exception {
        many(calls / 10);
        double heap = heap();
        double descriptors = descriptors();
        many(calls - calls / 10);
        return new double[] {heap, heap(), descriptors, descriptors()};
    }

    private void many(int calls) throws Exception {
        AtomicInteger left = new AtomicInteger(calls);
        together(() -> {
            while (left.getAndDecrement() > 0) {
                run("true", List.of(), LIMITS, CallSecrets.NONE);
            }
            return left;
        });
    }

    private static double heap() {
        for (int round = 0; round < 3; round++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / 1e6;
    }

    private static double descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static Object bare() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("/usr/bin/true").start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("true failed");
        }
        return process;
    }

    private Object run(String program, List<String> words, Limits limits, CallSecrets secrets)
            throws InterruptedException {
        ToolResult result = result(program, words, limits, secrets);
        must(result, CallOutcome.SUCCEEDED);
        return result;
    }

    private ToolResult result(String program, List<String> words, Limits limits, CallSecrets secrets)
            throws InterruptedException {
        ObjectNode arguments = JsonMapper.shared().createObjectNode().put("executable", program);
        words.forEach(arguments.putArray("args")::add);
        return new ProcessRunTool(policy, _ -> sandbox, Platform.current(), gateway)
                .start(new ToolCall(
                        new ToolCall.Origin("proposal", "bench", "agent:bench", null, SOME, Instant.EPOCH),
                        new ToolIdentity(RuntimeKind.PROCESS, "process.run", "1", SOME),
                        arguments,
                        () -> workspace,
                        () -> {},
                        new ToolCall.Terms(
                                program,
                                false,
                                new PermittedProgram(false, List.of(), false),
                                Tier.C,
                                new Egress(EgressEnforcementMode.STRICT, List.of()),
                                limits,
                                List.of(),
                                null),
                        secrets))
                .await();
    }

    private static void must(ToolResult result, CallOutcome outcome) {
        if (result.outcome() != outcome) {
            throw new IllegalStateException("the call ended as " + result.outcome() + ": " + result);
        }
    }
}
