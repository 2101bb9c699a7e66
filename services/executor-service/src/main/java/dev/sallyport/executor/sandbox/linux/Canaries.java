package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.AttackResult;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One program for each promise of a sandbox. What must be stopped works where nothing holds it: its target is there
 * while it runs, and the tools' user could reach it.
 */
final class Canaries {
    private static final Path PROGRAM = Path.of("/sallyport-canary");
    private static final int PROCESSES = 32;
    private static final long MEMORY_MIB = 64;
    private static final SandboxLimits LIMITS = limits(10_000);

    /** What a canary comes to. */
    enum End {
        /** The trick works. */
        WORKS,
        /** The trick is refused. */
        STOPPED,
        /** The deadline ends it. */
        TIMED_OUT
    }

    /**
     * One canary.
     *
     * @param promise what it shows, as a statement
     * @param trick argument of the program
     */
    record Canary(String promise, List<String> trick, End end) {}

    /** How a call is started. */
    interface Start {
        SandboxedCall start(SandboxPlan plan, byte @Nullable [] stdin) throws InterruptedException;
    }

    private Canaries() {}

    /**
     * All of them.
     *
     * @param secret a file of the host that every user can read
     * @param open a folder of the host that every user can write to
     * @param port something on the host listens to it
     */
    static List<Canary> all(Path secret, Path open, int port) {
        return List.of(
                new Canary("a program runs", List.of("nothing"), End.WORKS),
                new Canary("the workspace is writable", List.of("write", "canary"), End.WORKS),
                new Canary("programs can start others", List.of("fork", "8"), End.WORKS),
                new Canary("files of the host cannot be read", List.of("read", secret.toString()), End.STOPPED),
                new Canary(
                        "files of the host are not reachable through /proc",
                        List.of("read", "/proc/1/root" + secret),
                        End.STOPPED),
                new Canary(
                        "nothing outside the workspace can be written",
                        List.of("write", open.resolve("canary").toString()),
                        End.STOPPED),
                new Canary(
                        "nothing on the network is reached", List.of("connect", Integer.toString(port)), End.STOPPED),
                new Canary("the first process cannot be tampered with", List.of("parent"), End.STOPPED),
                new Canary("namespaces cannot be nested", List.of("nest"), End.STOPPED),
                new Canary("processes are bounded", List.of("fork", Integer.toString(2 * PROCESSES)), End.STOPPED),
                new Canary("memory is bounded", List.of("memory", Long.toString(2 * MEMORY_MIB)), End.STOPPED),
                new Canary("an orphan ends with the call", List.of("outlive"), End.WORKS),
                new Canary("the deadline ends a call", List.of("wait"), End.TIMED_OUT));
    }

    /** Runs all of them; answers what the first had in force. */
    static List<Fact> run(Start sandbox, Path program, Path workspace) throws InterruptedException {
        Path targets = program.resolveSibling("targets");
        try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Path secret = target(targets);
            Path open = targets.resolve("open");
            List<List<Fact>> seen = new ArrayList<>();
            for (Canary canary : all(secret, open, listening.getLocalPort())) {
                SandboxResult result =
                        sandbox.start(plan(program, canary, workspace), null).await();
                seen.add(result.facts());
                if (end(result) != canary.end() || !result.treeGone()) {
                    throw new SandboxUnavailable(
                            "A canary did not behave: " + canary.promise() + " (exit status " + result.exitStatus()
                                    + ", " + result.failure() + ").",
                            "Compare this host's kernel (and bubblewrap) with the supported ones; see"
                                    + " docs/guarantees.md.");
                }
            }
            return seen.getFirst();
        } catch (IOException e) {
            throw new SandboxUnavailable(
                    "The canaries' targets could not be made: " + e + ".", "See that the node's folder is writable.");
        }
    }

    /** Runs all of them, each beside itself without a sandbox. */
    static List<AttackResult> attack(Start sandbox, Path program, Path workspace) throws InterruptedException {
        Path targets = program.resolveSibling("targets");
        try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Path secret = target(targets);
            Path open = targets.resolve("open");
            List<AttackResult> results = new ArrayList<>();
            for (Canary canary : all(secret, open, listening.getLocalPort())) {
                boolean control = worksOutside(program, canary, workspace);
                Files.deleteIfExists(open.resolve("canary"));
                Files.deleteIfExists(workspace.resolve("canary"));
                results.add(attack(sandbox, program, canary, workspace, control));
            }
            return results;
        } catch (IOException e) {
            throw new SandboxUnavailable(
                    "The canaries' targets could not be made: " + e + ".", "See that the node's folder is writable.");
        }
    }

    private static AttackResult attack(Start sandbox, Path program, Canary canary, Path workspace, boolean control)
            throws InterruptedException {
        String expected = word(canary.end());
        try {
            SandboxResult result =
                    sandbox.start(plan(program, canary, workspace), null).await();
            @Nullable End end = end(result);
            String observed = end == null ? String.valueOf(result.failure()) : word(end);
            return new AttackResult(
                    canary.promise(),
                    expected,
                    result.treeGone() ? observed : observed + ", and left a process",
                    control,
                    end == canary.end() && result.treeGone());
        } catch (ToolFailure e) {
            return new AttackResult(canary.promise(), expected, "refused: " + e.code(), control, false);
        }
    }

    private static String word(End end) {
        return end.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** As this process's user. What it leaves is ended by its program, which no other process has. */
    private static boolean worksOutside(Path program, Canary canary, Path workspace)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(canary.trick());
        Process process = new ProcessBuilder(command)
                .directory(workspace.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean ended = process.waitFor(canary.end() == End.TIMED_OUT ? 300 : 10_000, TimeUnit.MILLISECONDS);
        boolean works = canary.end() == End.TIMED_OUT ? !ended : ended && process.exitValue() == 0;
        ProcessHandle.allProcesses()
                .filter(each ->
                        each.info().command().map(program.toString()::equals).orElse(false))
                .forEach(ProcessHandle::destroyForcibly);
        return works;
    }

    private static @Nullable End end(SandboxResult result) {
        ToolFailure failure = result.failure();
        if (failure == null) {
            return switch (result.exitStatus()) {
                case Integer status when status == 0 -> End.WORKS;
                case Integer status when status == 1 -> End.STOPPED;
                case null, default -> null;
            };
        }
        return switch (failure) {
            case ToolFailure.TimedOut _ -> End.TIMED_OUT;
            case ToolFailure.QuotaExceeded _ -> End.STOPPED;
            default -> null;
        };
    }

    private static Path target(Path targets) throws IOException {
        Files.createDirectories(targets.resolve("open"));
        Files.setPosixFilePermissions(targets, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(targets.resolve("open"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Path secret = Files.writeString(targets.resolve("secret"), "a canary's target, nothing of value");
        return Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static SandboxPlan plan(Path program, Canary canary, Path workspace) {
        return new SandboxPlan(
                PROGRAM,
                program,
                canary.trick(),
                workspace,
                false,
                Map.of(),
                NetworkPlan.NONE,
                canary.end() == End.TIMED_OUT ? limits(300) : LIMITS);
    }

    private static SandboxLimits limits(long wallMillis) {
        return new SandboxLimits(
                wallMillis,
                20_000,
                MEMORY_MIB << 20,
                PROCESSES,
                256,
                64L << 20,
                4L << 20,
                32L << 20,
                256L << 20,
                10_000);
    }
}
