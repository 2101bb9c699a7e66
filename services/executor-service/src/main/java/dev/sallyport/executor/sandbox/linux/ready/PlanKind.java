package dev.sallyport.executor.sandbox.linux.ready;

import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * All of a plan that a sandbox is made from. Two calls whose plans are of one kind differ in nothing but what a program
 * is told when it starts: arguments, environment, folder and input.
 *
 * @param imageFile which file lies there (device and inode), so that another under the same name is another kind
 * @param workspaceFile which folder lies there
 */
record PlanKind(
        Path executable,
        Path image,
        @Nullable Object imageFile,
        Path workspace,
        @Nullable Object workspaceFile,
        boolean confined,
        NetworkPlan network,
        SandboxLimits limits) {
    /** That of a plan, as its files lie now. */
    static PlanKind of(SandboxPlan plan) {
        return new PlanKind(
                plan.executable(),
                plan.image(),
                file(plan.image()),
                plan.workspace(),
                file(plan.workspace()),
                plan.confined(),
                plan.network(),
                plan.limits());
    }

    /** Whether it is known which files these are: else nothing tells one kind from another. */
    boolean known() {
        return imageFile != null && workspaceFile != null;
    }

    private static @Nullable Object file(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException _) {
            return null;
        }
    }
}
