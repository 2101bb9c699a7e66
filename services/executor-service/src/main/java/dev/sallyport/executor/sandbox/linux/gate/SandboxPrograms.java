package dev.sallyport.executor.sandbox.linux.gate;

import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.sandbox.seccomp.Architecture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

/**
 * The programs in {@code src/main/c}, as this node keeps them for its sandboxes.
 *
 * @param launcher starts tools, and is the first process of every sandbox that bubblewrap makes
 * @param canary what the doctor runs in a sandbox: each of its tricks works where nothing holds it
 */
public record SandboxPrograms(Path launcher, Path canary) {
    /**
     * Lays the programs out for this processor.
     *
     * @param folder a folder of the node's own that the tools' user can pass through
     * @throws SandboxUnavailable if this build has none for the architecture
     */
    public static SandboxPrograms in(Path folder, Architecture architecture) throws IOException {
        return new SandboxPrograms(program(folder, "launch", architecture), program(folder, "canary", architecture));
    }

    private static Path program(Path folder, String name, Architecture architecture) throws IOException {
        String built = name + "-" + architecture.name().toLowerCase(Locale.ROOT);
        try (InputStream program = SandboxPrograms.class.getResourceAsStream(built)) {
            if (program == null) {
                throw new SandboxUnavailable(
                        "This build of the node has no " + built + ", a program that every sandbox needs.",
                        "Build it on Linux for this processor, with gcc and libc6-dev installed.");
            }
            Path made = Files.createTempFile(folder, name, ".new");
            Files.copy(program, made, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("r-xr-xr-x"));
            // Renamed, because a program that an earlier sandbox still runs cannot be written to.
            return Files.move(made, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE)
                    .toRealPath();
        }
    }
}
