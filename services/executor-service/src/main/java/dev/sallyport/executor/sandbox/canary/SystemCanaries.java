package dev.sallyport.executor.sandbox.canary;

import dev.sallyport.executor.sandbox.AttackResult;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.sandbox.canary.SystemCanary.End;
import dev.sallyport.executor.sandbox.canary.SystemCanary.Targets;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs a system's canaries in its sandbox. A tier is offered only if all of them behaved. */
public final class SystemCanaries {
    private static final long PATIENCE = 10_000;
    private static final long DEADLINE = 500;

    private final SystemCanary.Flock flock;
    private final Path folder;

    /**
     * @param folder of the node's own, for what the canaries aim at
     */
    public SystemCanaries(SystemCanary.Flock flock, Path folder) {
        this.flock = flock;
        this.folder = folder;
    }

    private interface Round<T> {
        T run(List<SystemCanary> canaries, Targets targets) throws IOException, InterruptedException;
    }

    /**
     * Runs all of them.
     *
     * @return what the first had in force
     * @throws SandboxUnavailable if one did not behave
     */
    public List<Fact> prove(Sandbox sandbox, Path workspace) throws InterruptedException {
        return round((canaries, _) -> {
            List<List<Fact>> seen = new ArrayList<>();
            for (SystemCanary canary : canaries) {
                SandboxResult result =
                        sandbox.start(plan(canary, workspace), null).await();
                seen.add(result.facts());
                if (end(result) != canary.end() || !result.treeGone()) {
                    throw new SandboxUnavailable(
                            "A canary did not behave: " + canary.promise() + " (exit status " + result.exitStatus()
                                    + ", " + result.failure() + ").",
                            "Compare this host's version with the supported ones; see docs/guarantees.md.");
                }
            }
            return seen.getFirst();
        });
    }

    /** Runs all of them, each beside itself without a sandbox. */
    public List<AttackResult> attack(Sandbox sandbox, Path workspace) throws InterruptedException {
        return round((canaries, targets) -> {
            List<AttackResult> results = new ArrayList<>();
            for (SystemCanary canary : canaries) {
                boolean control = worksOutside(canary, workspace);
                for (Path written : List.of(targets.open().resolve("canary"), workspace.resolve("canary"))) {
                    Files.deleteIfExists(written);
                }
                results.add(attack(sandbox, canary, workspace, control));
            }
            return results;
        });
    }

    private <T> T round(Round<T> round) throws InterruptedException {
        try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Path open = Files.createDirectories(folder.resolve("open"));
            Path secret = Files.writeString(folder.resolve("secret"), "a canary's target, nothing of value");
            Targets targets = new Targets(secret.toRealPath(), open.toRealPath(), listening.getLocalPort());
            return round.run(flock.aimedAt(targets), targets);
        } catch (IOException e) {
            throw new SandboxUnavailable(
                    "The canaries' targets could not be made: " + e + ".", "See that the node's folder is writable.");
        }
    }

    private static AttackResult attack(Sandbox sandbox, SystemCanary canary, Path workspace, boolean control)
            throws InterruptedException {
        String expected = word(canary.end());
        try {
            SandboxResult result = sandbox.start(plan(canary, workspace), null).await();
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

    private static boolean worksOutside(SystemCanary canary, Path workspace) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(canary.program().toString()));
        command.addAll(canary.arguments());
        Process process = new ProcessBuilder(command)
                .directory(workspace.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean late = canary.end() == End.TIMED_OUT;
        boolean ended = process.waitFor(late ? DEADLINE : PATIENCE, TimeUnit.MILLISECONDS);
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        return late ? !ended : ended && process.exitValue() == 0;
    }

    /** A program of the system that is refused something ends with a status of its own choice. */
    private static @Nullable End end(SandboxResult result) {
        ToolFailure failure = result.failure();
        if (failure == null) {
            Integer status = result.exitStatus();
            return status == null ? null : status == 0 ? End.WORKS : End.STOPPED;
        }
        return switch (failure) {
            case ToolFailure.TimedOut _ -> End.TIMED_OUT;
            case ToolFailure.QuotaExceeded _ -> End.STOPPED;
            default -> null;
        };
    }

    private static SandboxPlan plan(SystemCanary canary, Path workspace) {
        return new SandboxPlan(
                canary.program(),
                canary.program(),
                canary.arguments(),
                workspace,
                false,
                Map.of(),
                NetworkPlan.NONE,
                new SandboxLimits(
                        canary.end() == End.TIMED_OUT ? DEADLINE : PATIENCE,
                        20_000,
                        256L << 20,
                        32,
                        256,
                        64L << 20,
                        4L << 20,
                        32L << 20,
                        256L << 20,
                        10_000));
    }
}
