package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Harmless programs that show what a sandbox holds: some must work, the others must be stopped. */
final class Canaries {
    private static final SandboxLimits LIMITS =
            new SandboxLimits(10_000, 20_000, 256L << 20, 64, 256, 64L << 20, 4L << 20, 32L << 20, 256L << 20, 10_000);

    private record Canary(String what, List<String> command, boolean works) {}

    private static final List<Canary> ALL = List.of(
            new Canary("a program runs", List.of("/usr/bin/true"), true),
            new Canary("the workspace is writable", List.of("/usr/bin/touch", "canary"), true),
            new Canary("system folders are read-only", List.of("/usr/bin/touch", "/usr/canary"), false),
            new Canary("namespaces cannot be nested", List.of("/usr/bin/unshare", "--user", "/usr/bin/true"), false),
            new Canary(
                    "files of the host are not reachable through /proc",
                    List.of("/usr/bin/ls", "/proc/1/root/etc/shadow"),
                    false));

    private Canaries() {}

    /** Runs all of them; answers what the first had in force. */
    static List<Fact> run(Sandbox sandbox, Path workspace) throws InterruptedException {
        List<List<Fact>> seen = new ArrayList<>();
        for (Canary canary : ALL) {
            SandboxResult result = sandbox.start(plan(canary, workspace), null).await();
            seen.add(result.facts());
            boolean worked = Integer.valueOf(0).equals(result.exitStatus());
            if (worked != canary.works() || result.failure() != null || !result.treeGone()) {
                throw new SandboxUnavailable(
                        "A canary did not behave: " + canary.what() + " (exit status " + result.exitStatus() + ").",
                        "Compare this host's bubblewrap and kernel with the supported ones; see docs/guarantees.md.");
            }
        }
        return seen.getFirst();
    }

    private static SandboxPlan plan(Canary canary, Path workspace) {
        Path program = Path.of(canary.command().getFirst());
        return new SandboxPlan(
                program,
                program,
                canary.command().subList(1, canary.command().size()),
                workspace,
                false,
                Map.of(),
                NetworkPlan.NONE,
                LIMITS);
    }
}
